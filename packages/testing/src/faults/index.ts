export { type Arming, listenForArming } from './armedStep';
export { KillableProgram, type ProgramOptions } from './killableProgram';
export { type SeededRandom, seededRandom } from './random';
export { createRedisFleet, type RedisNode } from './redisFleet';
