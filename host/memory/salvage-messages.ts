import { DatabaseSync } from 'node:sqlite';

import type { MemoryStore } from './memory-store.ts';

/** What could be read of a damaged database. */
export interface Salvage {
  readonly messages: number;
  readonly isComplete: boolean;
}

const COLUMNS = 'id, group_folder, chat_jid, sender_name, role, text, timestamp';
const INSERT = `INSERT OR IGNORE INTO memory_messages (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`;

type Saved = readonly [number, ...string[]];

/**
 * Copies the recorded messages of a damaged database into a new one, as far as they can be read from either end of
 * their table. Total: where nothing can be read it says so.
 */
export function salvageMessages(damagedPath: string, store: MemoryStore): Salvage {
  const rows = new Map<number, Saved>();
  let isComplete = false;
  try {
    const damaged = new DatabaseSync(damagedPath);
    try {
      isComplete = readRows(damaged, 'ASC', rows) || readRows(damaged, 'DESC', rows);
    } finally {
      damaged.close();
    }
  } catch {
    // It cannot even be opened: nothing more to save than what was read.
  }
  store.write(() => {
    for (const row of rows.values()) store.run(INSERT, ...row);
  });
  return { messages: rows.size, isComplete };
}

/** Whether the table was read to its end or to where the other direction had come. */
function readRows(damaged: DatabaseSync, order: 'ASC' | 'DESC', rows: Map<number, Saved>): boolean {
  try {
    const statement = damaged.prepare(`SELECT ${COLUMNS} FROM memory_messages ORDER BY id ${order}`);
    for (const row of statement.iterate()) {
      const [id, ...texts] = Object.values(row);
      if (typeof id !== 'number' || !texts.every((text) => typeof text === 'string')) return false;
      if (rows.has(id)) return false;
      rows.set(id, [id, ...texts]);
    }
    return true;
  } catch {
    // A page that cannot be read; what came before it is kept.
    return false;
  }
}
