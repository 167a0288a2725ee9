import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { prepareSchema } from './memory-schema.ts';
import { MemoryStore } from './memory-store.ts';
import { salvageMessages } from './salvage-messages.ts';
import { readSqliteFailure } from './sqlite-failure.ts';

const REPAIR_LOCK_TIMEOUT_MS = 10_000;

/** How well the database that is open serves. */
type StoreKind = 'durable' | 'read_only' | 'in_memory';

/**
 * Keeps the database of a data directory open: makes it when it is missing, makes it anew when it is damaged, of
 * another version or replaced, and does with less where it cannot be written.
 *
 * A damaged file is moved aside by the one process that holds the repair lock; the messages in it are saved.
 */
export class StoreKeeper {
  readonly #dataDir: string;
  readonly #path: string;
  #store: MemoryStore | undefined;
  #kind: StoreKind = 'durable';
  #inode = 0;
  #openings = 0;
  #notices: string[] = [];
  #lastingNotice: string | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
    this.#path = join(dataDir, 'turnbox.db');
  }

  /** How often a database was opened: when it has grown, what was read before may be of another one. */
  get openings(): number {
    return this.#openings;
  }

  get kind(): StoreKind {
    return this.#kind;
  }

  /** Runs a function on the database; where that finds it damaged, it is made anew and the function runs again. */
  use<T>(action: (store: MemoryStore) => T): T {
    const store = this.#current();
    try {
      return action(store);
    } catch (error) {
      if (readSqliteFailure(error) !== 'damaged') throw error;
      this.close();
      this.#repair(this.#inode);
      return action(this.#current());
    }
  }

  /** Tries to do better where the database could not be written or opened before; call it once an action. */
  reconsider(): void {
    if (this.#store !== undefined && this.#kind !== 'durable') this.#open();
  }

  /** Gives what was found out since it was asked last, and what still holds. */
  takeNotices(): string[] {
    const notices = this.#notices;
    this.#notices = [];
    return this.#lastingNotice === undefined ? notices : [...notices, this.#lastingNotice];
  }

  close(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #current(): MemoryStore {
    if (this.#store !== undefined && this.#kind === 'durable' && this.#inode !== readInode(this.#path)) {
      this.close();
      this.#notices.push(
        'The memory database was removed or replaced while it was open, and is opened anew.',
      );
    }
    return this.#store ?? this.#open();
  }

  #open(): MemoryStore {
    try {
      const store = this.#openDurable();
      this.close();
      this.#kind = 'durable';
      this.#lastingNotice = undefined;
      this.#inode = readInode(this.#path);
      this.#openings += 1;
      return (this.#store = store);
    } catch (error) {
      return this.#store ?? this.#openLesser(error);
    }
  }

  #openDurable(): MemoryStore {
    makeEmptyFile(this.#dataDir, this.#path);
    const inode = readInode(this.#path);
    try {
      return openWith(this.#path);
    } catch (error) {
      if (readSqliteFailure(error) !== 'damaged') throw error;
      this.#repair(inode);
      return openWith(this.#path);
    }
  }

  #openLesser(cause: unknown): MemoryStore {
    const why = cause instanceof Error ? cause.message : String(cause);
    try {
      const store = new MemoryStore(this.#path, { readOnly: true });
      store.all('SELECT id FROM memory_scopes LIMIT 1');
      this.#kind = 'read_only';
      this.#lastingNotice = `The memory database cannot be written (${why}); answers are from what it has.`;
      return (this.#store = store);
    } catch {
      // There is none that could be read: an index in memory still finds what is in the files.
      const store = new MemoryStore(':memory:');
      prepareSchema(store);
      this.#kind = 'in_memory';
      this.#lastingNotice = `The memory database cannot be opened (${why}); only memory documents are searched.`;
      return (this.#store = store);
    }
  }

  #repair(damagedInode: number): void {
    const lock = new DatabaseSync(`${this.#path}.lock`, { timeout: REPAIR_LOCK_TIMEOUT_MS });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      // Another process may have repaired it while this one waited.
      if (readInode(this.#path) !== damagedInode) return;
      const aside = `${this.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
      moveAside(this.#path, aside);
      const store = openWith(this.#path);
      try {
        const { messages, isComplete } = salvageMessages(aside, store);
        const rest = isComplete ? '' : '; others could not be read';
        this.#notices.push(
          `The memory database was damaged and is made anew. The old file is ${aside}. Recorded messages saved from it: ${messages}${rest}.`,
        );
      } finally {
        store.close();
      }
    } finally {
      lock.close();
    }
  }
}

function openWith(path: string): MemoryStore {
  const store = new MemoryStore(path);
  try {
    prepareSchema(store);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Nobody else may read what is recorded, whatever the umask; SQLite gives its other files the same mode. */
function makeEmptyFile(dataDir: string, path: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

function moveAside(path: string, aside: string): void {
  renameSync(path, aside);
  for (const suffix of ['-wal', '-shm']) {
    try {
      renameSync(path + suffix, aside + suffix);
    } catch {
      // There is none.
      rmSync(path + suffix, { force: true });
    }
  }
}

function readInode(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
