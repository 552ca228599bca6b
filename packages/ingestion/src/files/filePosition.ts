/** How far a file has been read. What was read is stored a chunk or two later. */
export interface FilePosition {
  /** Of a Parquet file its rows, whose number it says; of a CSV file its bytes. */
  readonly unit: 'rows' | 'bytes';
  read: number;
  total: number;
}
