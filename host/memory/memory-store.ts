import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** A row of a query; the caller names its shape, which the statement decides. */
type Row = Record<string, unknown>;

const WRITE_PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
`;

/** How long a statement waits for another process; the host's loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 1000;

export interface StoreMode {
  readonly readOnly?: boolean;
}

/** An open database with its statements prepared once. Whoever opens it closes it. */
export class MemoryStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, { readOnly = false }: StoreMode = {}) {
    this.#database = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
    try {
      if (!readOnly) this.#database.exec(WRITE_PRAGMAS);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  all<T extends Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** Gives the id of the row that was inserted last. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).lastInsertRowid);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Runs a function as one transaction that other processes see whole or not at all; it must not await. */
  write<T>(change: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has already rolled it back.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
