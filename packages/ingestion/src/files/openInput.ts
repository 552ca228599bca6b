import { close, constants, createReadStream, open as openDescriptor } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { TradingError } from '@trading/model';

/** The text of a file, of a named pipe or of standard input, unpacked where it is packed. */
export interface Input {
  /** For findings: the file's name without its folder. */
  readonly name: string;
  /** Bytes in all as they are stored; null where nobody knows, as of a pipe. */
  readonly total: number | null;
  /** Bytes read so far, as they are stored. */
  readonly read: number;
  /** The text in pieces. A stopped run ends it with the signal's reason. */
  readonly text: AsyncIterable<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Standard input, where a path is asked for. */
export const STANDARD_INPUT = '-';

/**
 * Opens a source of text. Gzip is unpacked wherever it comes from, Zstandard where Node can (22.15); UTF-8 and UTF-16
 * are read by their byte order mark. Only pieces are held in memory.
 *
 * @throws TradingError `INGESTION.NO_SUCH_FILE`, `INGESTION.UNREADABLE_FILE`, or the signal's reason
 */
export async function openInput(path: string, signal?: AbortSignal): Promise<Input> {
  const { bytes, total, close } = await openBytes(path, signal);
  let read = 0;
  const counted = bytes.pipe(
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        read += chunk.length;
        done(null, chunk);
      },
    }),
  );
  bytes.on('error', (error) => counted.destroy(error));
  const stop = () => counted.destroy(signal?.reason as Error);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return {
    name: path === STANDARD_INPUT ? 'standard input' : basename(path),
    total,
    get read() {
      return read;
    },
    text: readText(counted, path, signal),
    async [Symbol.asyncDispose]() {
      signal?.removeEventListener('abort', stop);
      counted.destroy();
      await close();
    },
  };
}

interface OpenBytes {
  readonly bytes: Readable;
  readonly total: number | null;
  close(): Promise<void>;
}

async function openBytes(path: string, signal: AbortSignal | undefined): Promise<OpenBytes> {
  if (path === STANDARD_INPUT) {
    const bytes = process.stdin;
    return { bytes, total: null, close: async () => void bytes.destroy() };
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? noSuchFile(path) : unreadable(path, error);
  });
  if (found.isFIFO()) {
    // A socket, which closes its descriptor: reading a pipe like a file would keep a thread waiting that nobody can stop.
    const bytes = new Socket({ fd: await openPipe(path, signal), readable: true, writable: false });
    return { bytes, total: null, close: async () => void bytes.destroy() };
  }
  if (!found.isFile()) {
    throw new TradingError(
      'INGESTION.UNREADABLE_FILE',
      `${path} is ${found.isDirectory() ? 'a folder' : 'no file'}; give a file, a named pipe, or - for standard input`,
      { details: { path } },
    );
  }
  const handle = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const bytes = createReadStream('', { fd: handle, autoClose: false });
  return {
    bytes,
    total: found.size,
    close: async () => {
      bytes.destroy();
      await handle.close();
    },
  };
}

/** Opening a named pipe waits until somebody writes; one who is told to stop meanwhile becomes that writer for a moment. */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<number> {
  signal?.throwIfAborted();
  const release = () => {
    open(path, constants.O_WRONLY | constants.O_NONBLOCK)
      .then((writer) => writer.close())
      .catch(() => undefined);
  };
  signal?.addEventListener('abort', release, { once: true });
  try {
    const descriptor = await promisify(openDescriptor)(path, 'r').catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (signal?.aborted === true) close(descriptor);
    signal?.throwIfAborted();
    return descriptor;
  } finally {
    signal?.removeEventListener('abort', release);
  }
}

async function* readText(
  bytes: Readable,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  try {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    for await (const chunk of unpacked(bytes)) {
      decoder ??= new TextDecoder(encodingOf(chunk));
      yield decoder.decode(chunk, { stream: true });
    }
    const rest = decoder?.decode();
    if (rest) yield rest;
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw unreadable(path, error);
  }
}

async function* unpacked(bytes: Readable): AsyncGenerator<Buffer> {
  const first = await firstChunk(bytes);
  if (first === undefined) return;
  const unpack = unpackerOf(first);
  async function* all(): AsyncGenerator<Buffer> {
    yield first as Buffer;
    yield* bytes as AsyncIterable<Buffer>;
  }
  if (unpack === undefined) {
    yield* all();
    return;
  }
  const packed = Readable.from(all());
  packed.on('error', (error) => unpack.destroy(error));
  bytes.on('error', (error) => unpack.destroy(error));
  yield* packed.pipe(unpack) as AsyncIterable<Buffer>;
}

/** Reads on until there is enough to know the form by; undefined for no bytes at all. */
async function firstChunk(bytes: Readable): Promise<Buffer | undefined> {
  const iterator = bytes.iterator({ destroyOnReturn: false });
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of iterator as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= 4) break;
  }
  return length === 0 ? undefined : Buffer.concat(parts);
}

function unpackerOf(first: Buffer): Transform | undefined {
  if (first[0] === 0x1f && first[1] === 0x8b) return zlib.createGunzip();
  if (first.length < 4 || first.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new RangeError('it is packed with Zstandard, which Node reads from 22.15 on; unpack it first');
}

function encodingOf(first: Buffer): string {
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le';
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function noSuchFile(path: string): TradingError {
  return new TradingError('INGESTION.NO_SUCH_FILE', `there is no file at ${path}`, { details: { path } });
}

function unreadable(path: string, error: unknown): TradingError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new TradingError('INGESTION.UNREADABLE_FILE', `${path} can't be read: ${message}`, {
    kind: 'operational',
    details: { path, reason: code ?? 'unknown' },
    cause: error,
  });
}
