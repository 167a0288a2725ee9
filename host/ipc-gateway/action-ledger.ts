import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

import { newRequestId } from '../../ipc-schemas/index.ts';

/** What the ledger knows of a request. */
export type LedgerEntry =
  /** Nothing until now: it is written down, and may be carried out. */
  | { readonly kind: 'new' }
  /** Carried out; the answer is the text of its file. */
  | { readonly kind: 'answered'; readonly answer: string }
  /** Begun by somebody who never finished. */
  | { readonly kind: 'unfinished' }
  /** The same id stood for something else. */
  | { readonly kind: 'conflict' };

const FILE = 'ipc-ledger.db';

const DAMAGED = [11, 26];

/** Another process writes for a millisecond at a time. */
const BUSY_TIMEOUT_MS = 2000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS actions (
    run_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    answer TEXT,
    PRIMARY KEY (run_id, request_id)
  ) STRICT;
`;

/**
 * What was carried out for which request, so that nothing is carried out twice: `<dataDir>/ipc-ledger.db`.
 *
 * A row outlives this process. It need not outlive a power cut, which ends every run, and requests of a run that
 * ended are never carried out.
 */
export class ActionLedger implements Disposable {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #begin: StatementSync;
  readonly #finish: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare(
      'SELECT body_hash, answer FROM actions WHERE run_id = ? AND request_id = ?',
    );
    this.#begin = database.prepare('INSERT INTO actions (run_id, request_id, body_hash) VALUES (?, ?, ?)');
    this.#finish = database.prepare('UPDATE actions SET answer = ? WHERE run_id = ? AND request_id = ?');
  }

  /** Opens the ledger of a data directory; one that is damaged is set aside and begun anew, which is told. */
  static open(dataDir: string, onDamage: (setAside: string) => void): ActionLedger {
    const path = join(dataDir, FILE);
    try {
      return new ActionLedger(openDatabase(path));
    } catch (error) {
      if (!DAMAGED.includes((error as { errcode?: number }).errcode ?? 0)) throw error;
    }
    const setAside = `${path}.damaged-${newRequestId()}`;
    renameSync(path, setAside);
    onDamage(setAside);
    return new ActionLedger(openDatabase(path));
  }

  /** Writes a request down before it is carried out, or says what is known of it. */
  begin(runId: string, requestId: string, bodyHash: string): LedgerEntry {
    const row = this.#find.get(runId, requestId) as { body_hash: string; answer: string | null } | undefined;
    if (row === undefined) {
      this.#begin.run(runId, requestId, bodyHash);
      return { kind: 'new' };
    }
    if (row.body_hash !== bodyHash) return { kind: 'conflict' };
    return row.answer === null ? { kind: 'unfinished' } : { kind: 'answered', answer: row.answer };
  }

  finish(runId: string, requestId: string, answer: string): void {
    this.#finish.run(answer, runId, requestId);
  }

  /** Forgets a run whose directory is gone or going: its id is never used again. */
  forget(runId: string): void {
    this.#database.prepare('DELETE FROM actions WHERE run_id = ?').run(runId);
  }

  runIds(): string[] {
    const rows = this.#database.prepare('SELECT DISTINCT run_id FROM actions').all();
    return rows.map((row) => String(row['run_id']));
  }

  /** Does something that nobody else, in whatever process, does at the same time. */
  exclusively<T>(act: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      return act();
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(SCHEMA);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
