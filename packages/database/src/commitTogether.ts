import { createRequire } from 'node:module';
import type { Connection, PoolClient, Submittable } from 'pg';

/** How pg writes a value down for the server: arrays, dates and JSON among them. It has no types. */
const { prepareValue }: { readonly prepareValue: (value: unknown) => string | Buffer | null } =
  createRequire(__filename)('pg/lib/utils');

/** A statement whose rows nobody waits for. */
export interface LastStatement {
  readonly text: string;
  /** As any statement's. */
  readonly values: readonly unknown[];
  /** Prepares it once a connection under this name. */
  readonly name: string;
}

/**
 * Runs a transaction's last statements and COMMIT as one message with one answer, which is why a statement costs less here
 * than anywhere before. Where one fails, COMMIT is not run.
 *
 * @returns what COMMIT was answered with
 * @throws what the first statement that failed throws, SQLSTATE 25P02 where one before these had failed and nobody had said
 *   so; the transaction is then still to be rolled back
 */
export function commitTogether(client: PoolClient, statements: readonly LastStatement[]): Promise<string> {
  return new Promise((resolve, reject) => {
    client.query(
      new LastStatements(statements, (error, command = '') => (error ? reject(error) : resolve(command))),
    );
  });
}

/** Prepared like the others: it is read again and again. */
const COMMIT: LastStatement = { text: 'COMMIT', values: [], name: 'commit' };

/** One query of pg's that is several to the server, ended by the only Sync: pg calls its methods as answers come. */
class LastStatements implements Submittable {
  /** Called once; pg wraps it where queries have a time limit. */
  callback: (error: Error | null, command?: string) => void;
  /** What pg notes as prepared once the server says so. */
  name: string | undefined;
  text: string | undefined;
  readonly #statements: readonly LastStatement[];
  #command: string | undefined;

  constructor(statements: readonly LastStatement[], callback: LastStatements['callback']) {
    this.#statements = [...statements, COMMIT];
    this.callback = callback;
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      this.#prepareOne(connection);
      for (const { name, text, values } of this.#statements) {
        const prepared = (name === this.name && text === this.text) || preparedOn(connection)[name] === text;
        if (!prepared) connection.parse({ name: '', text, types: [] }, true);
        run(connection, prepared ? name : '', values);
      }
      connection.sync();
    } catch (error) {
      // Half of a message can't be taken back: without its end the server would wait, and everyone behind it.
      connection.stream.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      connection.stream.uncork();
    }
  }

  /** pg notes one name a query: the first that is new. It goes ahead of everything, so that no other answer can be taken for its own. */
  #prepareOne(connection: Connection): void {
    const first = this.#statements.find(({ name }) => preparedOn(connection)[name] === undefined);
    if (first === undefined) return;
    ({ name: this.name, text: this.text } = first);
    connection.parse({ name: first.name, text: first.text, types: [] }, true);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#command = text;
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#command);
  }

  handleDataRow(): void {}
}

function run(connection: Connection, statement: string, values: LastStatement['values']): void {
  connection.bind({ statement, values: values.map((value) => prepareValue(value)) }, true);
  connection.execute({ portal: '' }, true);
}

/** The statements that the server has prepared for a connection, by name. */
function preparedOn(connection: Connection): Readonly<Record<string, string>> {
  return (connection as Connection & { parsedStatements: Record<string, string> }).parsedStatements;
}
