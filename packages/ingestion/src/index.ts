export {
  ACTION_SOURCES,
  type ActionSource,
  type ActionText,
  type AnnouncedAction,
  type CorporateAction,
  parseAction,
} from './actions/corporateAction';
export { readActionsFile } from './actions/readActionsFile';
export type { ActionOutcome, CorporateActions, RecordedAction } from './actions/recordActions';
export type { BarColumns, BarTicks } from './bulk/barColumns';
export type { BulkCounts, BulkIngestion, BulkSummary } from './bulk/bulkIngest';
export { ColumnsBuilder } from './bulk/columnsBuilder';
export type { StoredChunk } from './bulk/storeChunk';
export { createIngestionClient, type IngestionClient } from './client';
export type { FilePosition } from './files/filePosition';
export type { FileForm, FileIngestion, FilePreview, FileProgress, FileSummary } from './files/ingestFile';
export type { RejectionReason } from './files/inProportion';
export type { FileMapping } from './files/mapping';
export { type FilePreset, PRESETS } from './files/presets';
export type { SaidMapping } from './files/recognise';
export { isStrptime, isTimeZone, TIME_FORMATS, type TimeFormat } from './files/timeForm';
export type { IngestionLog } from './ingestionLog';
export type { ProviderIngestion, ProviderProgress, ProviderSummary } from './jobs/ingestFromProvider';
export type { Partitions } from './partitions';
export {
  createProvider,
  PROVIDER_NAMES,
  type ProviderName,
  type ProviderSettings,
} from './providers/createProvider';
export type { ActionRequest, BarProvider } from './providers/provider';
export type { EventPublisher, IngestionEvent } from './publisher';
export type { Quality, QualityRequest } from './quality/checkQuality';
export { QUALITY_CHECKS, type QualityCheck, type QualityFinding } from './quality/finding';
export type { AlignedBars, Alignment } from './read/alignSeries';
export type { BarQuery } from './read/barQuery';
export { type BarReader, createBarReader } from './read/barReader';
export type { BarSeries, PriceColumns } from './read/barSeries';
export { RESAMPLED, type Resampled } from './read/timeframe';
export type { RejectedRow, RowProblem } from './rejectedRow';
export type { BarRevert, BarRevertSummary } from './revertBars';
export type { SeriesChange } from './seriesChange';
export { createIngestionService, type IngestionService, type IngestionServiceOptions } from './service';
export type { ActionFilter } from './sql/corporateActions';
export type { Partition } from './sql/listPartitions';
export type { SeriesIngestion } from './sql/selectIngestions';
export type { QualityReportRow } from './sql/selectQualityReport';
export type { TimeRange } from './timeRange';
