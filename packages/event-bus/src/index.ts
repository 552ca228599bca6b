export { type Backoff, DEFAULT_BACKOFF } from './consumer/backoff';
export type { ConsumerStep } from './consumer/batchProcessor';
export { type Consumer, type ConsumerOptions, createConsumer } from './consumer/consumer';
export type { ConsumerFigures } from './consumer/figures';
export { type DrainOptions, drain } from './drain';
export type { BatchStart, EventBatch, EventSource, SourceOptions, WorkAhead } from './eventSource';
export {
  type BatchContext,
  type BatchHandler,
  type BatchHandlers,
  byType,
  type EventHandler,
  type EventHandlers,
  type HandlerContext,
  type PublishOptions,
} from './handlers';
export { comparePositions, type LogPosition, ORIGIN } from './logPosition';
export { type LogBounds, parseCheckpoint, readLogBounds } from './operations/checkpoints';
export {
  type DeadLetterSelection,
  dropDeadLetters,
  listDeadLetters,
  retryDeadLetters,
  showDeadLetter,
} from './operations/deadLetters';
export { type Replay, type ReplayOptions, replayEvents } from './operations/replay';
export { applyRetention, planRetention, type Retention } from './operations/retention';
export {
  type BusLag,
  type BusStatus,
  type GroupStatus,
  readBusLag,
  readBusStatus,
} from './operations/status';
export { type TailOptions, tailEvents } from './operations/tail';
export {
  createPublisher,
  type Publisher,
  type PublisherOptions,
  type PublishOrigin,
  type PublishRequest,
} from './publisher';
export type { EventRecord, RecordedEvent } from './recordedEvent';
export { connectRedis, type RedisConnection, whenReady } from './redis/connect';
export type { Envelope } from './redis/envelope';
export { announcementChannel, type BusKeys, busKeys, entryId as checkpointText } from './redis/keys';
export { createRelay, type Relay, type RelayFigures, type RelayOptions, type RelayStep } from './relay/relay';
export { createRepeated, type Repeated } from './repeated';
export { createSharedLogReader, type LogReader } from './source/logReader';
export type { ReplayStart } from './sql/findReplayStart';
export type { GroupStart } from './sql/openGroup';
export type { DeadLetter, DeadLetterFilter } from './sql/readDeadLetters';
export type { Horizon, HorizonHolder } from './sql/readHorizon';
export type { LogPartition } from './sql/readPartitions';
export { UPCASTERS, type Upcaster, type Upcasters } from './upcasters';
export { createWakeUp, type WakeUp, type WakeUpOptions } from './wakeUp';
