import type { MemoryStore } from './memory-store.ts';

/** Where passages of a group come from. */
type ScopeSource = 'memory' | 'sessions';

/** One source of one group. */
export interface ScopeName {
  readonly groupFolder: string;
  readonly source: ScopeSource;
}

/** A scope as the index has it, with the amounts that ranking needs. */
export interface Scope extends ScopeName {
  readonly id: number;
  readonly passages: number;
  readonly terms: number;
}

/** Finds a scope; undefined while nothing was indexed for it. */
export function findScope(store: MemoryStore, { groupFolder, source }: ScopeName): Scope | undefined {
  const row = store.all<{ id: number; passages: number; terms: number }>(
    'SELECT id, passages, terms FROM memory_scopes WHERE group_folder = ? AND source = ?',
    groupFolder,
    source,
  )[0];
  return row && { ...row, groupFolder, source };
}

/** Finds a scope and makes it where it is new; runs within a transaction of the caller's. */
export function ensureScope(store: MemoryStore, name: ScopeName): Scope {
  store.run(
    'INSERT OR IGNORE INTO memory_scopes (group_folder, source) VALUES (?, ?)',
    name.groupFolder,
    name.source,
  );
  const scope = findScope(store, name);
  if (scope === undefined) throw new Error(`the scope of ${name.groupFolder} was made and is not there`);
  return scope;
}

/** The mark that a term carries in the index, so that it is found in its own scope only. */
export function markTerm(scopeId: number, term: string): string {
  // No term of a scope can begin like another scope's: its number ends at the first z.
  return `${scopeId}z${term}`;
}
