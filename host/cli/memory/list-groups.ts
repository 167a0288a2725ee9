import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { GROUP_FOLDER_PATTERN } from '../../../ipc-schemas/index.ts';
import { GLOBAL_GROUP } from '../../memory/memory-root.ts';
import { MemoryStore } from '../../memory/memory-store.ts';

/** Whether a data directory has a memory database; `host/memory/store-keeper.ts` makes it. */
export function hasDatabase(dataDir: string): boolean {
  return existsSync(databasePath(dataDir));
}

/** Lists the groups that have a directory, `global` among them. Throws where there are some that cannot be listed. */
export async function listGroupFolders(dataDir: string): Promise<string[]> {
  try {
    const entries = await readdir(join(dataDir, 'groups'), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    return names.filter((name) => name === GLOBAL_GROUP || GROUP_FOLDER_PATTERN.test(name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Lists the groups that messages are recorded of, with a directory or without. Makes and repairs nothing. */
export function listRecordedGroups(dataDir: string): string[] {
  if (!hasDatabase(dataDir)) return [];
  let store: MemoryStore | undefined;
  try {
    store = new MemoryStore(databasePath(dataDir), { readOnly: true });
    const rows = store.all<{ name: string }>('SELECT DISTINCT group_folder AS name FROM memory_messages');
    return rows.map(({ name }) => name).sort();
  } catch {
    // Damaged, or without messages: then nobody can be found in it either.
    return [];
  } finally {
    store?.close();
  }
}

function databasePath(dataDir: string): string {
  return join(dataDir, 'turnbox.db');
}
