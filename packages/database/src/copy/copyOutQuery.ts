import type { Connection, Submittable } from 'pg';

const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = 'c'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
/** A message's kind, and its length, which counts itself. */
const HEAD_BYTES = 5;

/**
 * A `COPY ... TO STDOUT` as a query of pg's, which hands over the copied bytes as they come: those of all messages in a
 * packet at once. A message is a row, so an object, or a slice, for each of them would cost as much as reading it.
 */
export class CopyOutQuery implements Submittable {
  /** Called once; pg wraps it where queries have a time limit. */
  callback: (error: Error | null) => void;
  readonly #statement: string;
  readonly #onBytes: (bytes: Buffer) => void;
  #stream: Connection['stream'] | undefined;
  #parser: (packet: Buffer) => void = () => {};
  /** The beginning of a message whose end is in the next packet. */
  #rest: Buffer = Buffer.alloc(0);

  /**
   * @param onBytes  gets whole rows; must not throw
   * @param callback  gets the server's error, or null at the end
   */
  constructor(statement: string, onBytes: (bytes: Buffer) => void, callback: (error: Error | null) => void) {
    this.#statement = statement;
    this.#onBytes = onBytes;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    // pg's own parser is the only reader of the socket: it steps aside until the COPY is over.
    const [parser, ...others] = stream.listeners('data') as ((packet: Buffer) => void)[];
    if (parser === undefined || others.length > 0)
      throw new TypeError('the connection has another reader than pg');
    this.#parser = parser;
    this.#stream = stream;
    stream.off('data', parser).on('data', this.#read);
    connection.query(this.#statement);
  }

  readonly #read = (packet: Buffer): void => {
    const bytes = this.#rest.length === 0 ? packet : Buffer.concat([this.#rest, packet]);
    // The packet is nobody else's: what was copied is moved together in it, over the heads of its messages.
    let copied = 0;
    let at = 0;
    let over = false;
    while (!over && at + HEAD_BYTES <= bytes.length) {
      const kind = bytes[at];
      const end = at + 1 + bytes.readInt32BE(at + 1);
      over = kind === COPY_DONE || kind === ERROR;
      if (over || end > bytes.length) break;
      if (kind === COPY_DATA) {
        bytes.copyWithin(copied, at + HEAD_BYTES, end);
        copied += end - at - HEAD_BYTES;
      } else {
        this.#parser(bytes.subarray(at, end));
      }
      at = end;
    }
    this.#rest = bytes.subarray(at);
    if (copied > 0) this.#onBytes(bytes.subarray(0, copied));
    if (over) this.#stepAside();
  };

  /** Lets pg read on, from the message that ended the COPY. */
  #stepAside(): void {
    if (this.#stream === undefined) return;
    this.#stream.off('data', this.#read).on('data', this.#parser);
    this.#stream = undefined;
    this.#parser(this.#rest);
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#stepAside();
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }
}
