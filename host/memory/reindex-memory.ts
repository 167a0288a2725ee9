import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { GROUP_FOLDER_PATTERN, TurnboxError } from '../../ipc-schemas/index.ts';
import { limitNotices } from './limit-notices.ts';
import { clearScope } from './clear-scope.ts';
import { GLOBAL_GROUP, requireGroup } from './memory-root.ts';
import { resetIndex } from './memory-schema.ts';
import { findScope, type ScopeName } from './memory-scopes.ts';
import type { RefreshMemory } from './refresh-memory.ts';
import type { StoreKeeper } from './store-keeper.ts';

/** What the index was made of. */
export interface ReindexResult {
  readonly groups: number;
  readonly passages: number;
  /** What was left out, for people. */
  readonly notices: readonly string[];
}

/** What makes an index anew. */
export interface ReindexTools {
  readonly keeper: StoreKeeper;
  readonly refresh: RefreshMemory;
  readonly dataDir: string;
}

/**
 * Makes the index anew, of one group or of all that have files or messages.
 *
 * Throws INPUT_INVALID for a name that is no group's, INTERNAL where the database cannot be written.
 */
export async function reindexMemory(
  { keeper, refresh, dataDir }: ReindexTools,
  groupFolder?: string,
): Promise<ReindexResult> {
  if (groupFolder !== undefined) requireGroup(groupFolder);
  try {
    keeper.reconsider();
    if (groupFolder === undefined) keeper.use((store) => store.write(() => resetIndex(store)));
    else
      for (const scope of scopesOf(groupFolder))
        keeper.use((store) => store.write(() => clearScope(store, scope)));
  } catch (error) {
    throw new TurnboxError('INTERNAL', 'the memory index could not be made anew', { cause: error });
  }
  const groups = groupFolder === undefined ? listGroups(keeper, dataDir) : [groupFolder];
  const notices: string[] = [];
  let passages = 0;
  for (const group of groups)
    for (const scope of scopesOf(group)) {
      notices.push(...(await refresh([scope])).map((notice) => `${group}: ${notice}`));
      passages += keeper.use((store) => findScope(store, scope)?.passages ?? 0);
    }
  return { groups: groups.length, passages, notices: limitNotices([...keeper.takeNotices(), ...notices]) };
}

function scopesOf(groupFolder: string): ScopeName[] {
  return [
    { groupFolder, source: 'memory' },
    { groupFolder, source: 'sessions' },
  ];
}

function listGroups(keeper: StoreKeeper, dataDir: string): string[] {
  const spoken = keeper.use((store) =>
    store.all<{ group_folder: string }>('SELECT DISTINCT group_folder FROM memory_messages'),
  );
  const names = [...listDirectory(join(dataDir, 'groups')), ...spoken.map((row) => row.group_folder)];
  const groups = names.filter((name) => name === GLOBAL_GROUP || GROUP_FOLDER_PATTERN.test(name));
  return [...new Set(groups)].sort();
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    // No group has been made yet.
    return [];
  }
}
