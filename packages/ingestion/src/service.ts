import { poolSql } from '@trading/database';
import { createPublisher, type EventHandlers } from '@trading/event-bus';
import { parseSymbol } from '@trading/model';
import type { Pool } from 'pg';
import { type CorporateActions, createCorporateActions } from './actions/recordActions';
import { type BulkIngestion, type BulkSummary, bulkIngest } from './bulk/bulkIngest';
import {
  type FileForm,
  type FileIngestion,
  type FilePreview,
  type FileSummary,
  ingestFile,
  previewFile,
} from './files/ingestFile';
import type { IngestionLog } from './ingestionLog';
import { ingestFromProvider, type ProviderIngestion, type ProviderSummary } from './jobs/ingestFromProvider';
import { createPartitions, type Partitions } from './partitions';
import type { EventPublisher } from './publisher';
import { createQuality, type Quality } from './quality/checkQuality';
import { type BarReader, createBarReader } from './read/barReader';
import { type BarRevert, type BarRevertSummary, revertBars } from './revertBars';
import { type SeriesIngestion, selectIngestions } from './sql/selectIngestions';

/** What the ingestion service is made of. */
export interface IngestionServiceOptions {
  /** As the ingestion role. */
  readonly pool: Pool;
  /** Appends to the outbox as `ingestion`; the bus's own publisher, unless one that wakes consumers is given. */
  readonly publisher?: EventPublisher;
  readonly clock?: () => Date;
  readonly log?: IngestionLog;
}

/** Bars in: validated, stored once, told to everyone. */
export interface IngestionService {
  /** Ingestion listens to nobody. */
  readonly handlers: EventHandlers;
  /** See {@link bulkIngest}. */
  bulkIngest(request: BulkIngestion): Promise<BulkSummary>;
  /** See {@link ingestFile}. */
  ingestFile(request: FileIngestion): Promise<FileSummary>;
  /** See {@link previewFile}. */
  previewFile(request: FileForm, signal?: AbortSignal): Promise<FilePreview>;
  /** See {@link ingestFromProvider}. */
  ingestFromProvider(request: ProviderIngestion): Promise<ProviderSummary>;
  /** See {@link revertBars}. */
  revertBars(request: BarRevert): Promise<BarRevertSummary>;
  /** Where each series stands, of one symbol or of all; what was killed is `interrupted`. */
  status(symbol?: string): Promise<SeriesIngestion[]>;
  /** Bars out, by column. */
  readonly bars: BarReader;
  readonly partitions: Partitions;
  readonly quality: Quality;
  /** Splits, dividends and other corporate actions. */
  readonly actions: CorporateActions;
}

/** Makes the service over a pool that the caller closes. */
export function createIngestionService({
  pool,
  publisher = createPublisher({ service: 'ingestion' }),
  clock = () => new Date(),
  log = () => {},
}: IngestionServiceOptions): IngestionService {
  const tools = { pool, publisher, clock, log };
  const bars = createBarReader({ pool });
  return {
    handlers: {},
    bulkIngest: (request) => bulkIngest(tools, request),
    ingestFile: (request) => ingestFile(tools, request),
    previewFile,
    ingestFromProvider: (request) => ingestFromProvider(tools, request),
    revertBars: (request) => revertBars(tools, request),
    status: async (symbol) =>
      selectIngestions(poolSql(pool), symbol === undefined ? null : parseSymbol(symbol)),
    bars,
    quality: createQuality(tools, bars),
    partitions: createPartitions(pool, clock),
    actions: createCorporateActions(tools),
  };
}
