export { type Arming, listenForArming } from './armedStep';
export { KillableProgram, type ProgramOptions } from './killableProgram';
export { type SeededRandom, seededRandom } from './random';
export { type RedisNode, startRedisNode } from './redisFleet';
