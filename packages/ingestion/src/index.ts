export { createIngestionClient, type IngestionClient } from './client';
export type { CsvIngestion, CsvSummary, IngestionProgress } from './ingestCsv';
export type { IngestionLog } from './ingestionLog';
export type { IngestedChunk, IngestionCounts } from './ingestRows';
export type { EventPublisher, IngestionEvent } from './publisher';
export type { RejectedRow, RowProblem } from './rejectedRow';
export { createIngestionService, type IngestionService, type IngestionServiceOptions } from './service';
export type { SeriesChange } from './sql/upsertBars';
export type { TimeRange } from './timeRange';
