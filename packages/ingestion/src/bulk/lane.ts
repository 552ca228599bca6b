import { inTransaction, poolSql } from '@trading/database';
import { isTradingError } from '@trading/model';
import type { Pool } from 'pg';
import type { SeriesKey } from '../seriesKey';
import { ensurePartitions } from '../sql/ensurePartitions';
import { moveIngestion, type SeriesMove } from '../sql/moveIngestion';
import { Chunk } from './chunk';
import { type ChunkContext, type StoredChunk, storeChunk } from './storeChunk';
import { yearRanges, yearsOf } from './yearsOf';

/** What ends a chunk's transaction without being anybody's fault: another writer came between, or a partition went. */
const WORTH_RETRYING = [
  'DATABASE.UNIQUE_VIOLATION',
  'DATABASE.DEADLOCK',
  'DATABASE.SERIALIZATION_FAILURE',
  'DATABASE.NO_PARTITION',
];
const ATTEMPTS = 5;
/** Rows that the first chunk has room for before it grows: most loads are small, and room for a full chunk is megabytes. */
const FIRST_ROWS = 1_024;

/** Stores chunks one after the other on a connection at a time, while the next chunk is being filled. */
export class Lane {
  chunk: Chunk;
  #storing: Promise<void> = Promise.resolve();
  readonly #years = new Set<number>();
  /** Series of which it is written down that this run is at them. */
  readonly #known = new Set<string>();
  /** How far chunks that changed nothing brought their series: written with the next that does, or at the end. */
  #unwritten: readonly SeriesMove[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly chunkRows: number,
    private readonly context: (chunk: Chunk) => Omit<ChunkContext, 'unwritten' | 'isKnown'>,
    private readonly onStored: (stored: StoredChunk) => Promise<void>,
    /** Throws where the run may not go on. */
    private readonly checkGoing: () => void,
    private readonly stopped: () => boolean,
  ) {
    this.chunk = new Chunk(Math.min(chunkRows, FIRST_ROWS));
  }

  /** Whether the chunk that is being filled takes no more rows. */
  get full(): boolean {
    return this.chunk.size >= this.chunkRows;
  }

  /** Hands the chunk over to be stored, once the one before it is, and begins a new one. */
  async flush(): Promise<void> {
    await this.#storing;
    const chunk = this.chunk;
    if (chunk.size === 0 || this.stopped()) return;
    // Behind a full chunk comes another of its size, behind the last one nothing.
    this.chunk = new Chunk(this.full ? this.chunkRows : Math.min(this.chunkRows, FIRST_ROWS));
    this.#storing = this.#store(chunk);
    // Whoever awaits it hears of a failure; until then it is not unhandled.
    this.#storing.catch(() => undefined);
  }

  /** Waits until nothing is being stored, and writes down how far it came. */
  async settle(): Promise<void> {
    await this.#storing;
    const moves = this.#unwritten;
    this.#unwritten = [];
    if (moves.length === 0) return;
    const { startedAt } = this.context(this.chunk);
    await inTransaction(this.pool, (tx) => moveIngestion(tx, moves, startedAt));
  }

  async #store(chunk: Chunk): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.checkGoing();
        await this.#ensurePartitions(chunk);
        const context = {
          ...this.context(chunk),
          unwritten: this.#unwritten,
          isKnown: (key: SeriesKey) => this.#known.has(nameOf(key)),
        };
        const stored = await inTransaction(this.pool, (tx) => storeChunk(tx, chunk, context));
        this.#unwritten = stored.unwritten;
        for (const key of chunk.series()) if (key.rows > 0) this.#known.add(nameOf(key));
        await this.onStored(stored);
        return;
      } catch (error) {
        const retry = isTradingError(error) && WORTH_RETRYING.includes(error.code) && attempt < ATTEMPTS;
        if (!retry) throw error;
        this.#years.clear();
      }
    }
  }

  async #ensurePartitions({ columns }: Chunk): Promise<void> {
    const missing = [...yearsOf(columns.timestamp, columns.rows)].filter((year) => !this.#years.has(year));
    for (const range of yearRanges(missing)) await ensurePartitions(poolSql(this.pool), range);
    for (const year of missing) this.#years.add(year);
  }
}

function nameOf({ symbol, dataSource }: SeriesKey): string {
  return `${symbol} ${dataSource}`;
}
