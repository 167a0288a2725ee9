import { ensureScope, type ScopeName } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import { removeTrack } from './write-passages.ts';

/** Removes what was indexed of one scope; messages stay and wait to be indexed again. Runs within the caller's transaction. */
export function clearScope(store: MemoryStore, name: ScopeName): void {
  const scope = ensureScope(store, name);
  for (const { id } of store.all<{ id: number }>('SELECT id FROM memory_tracks WHERE scope = ?', scope.id))
    removeTrack(store, scope.id, id);
  store.run('DELETE FROM memory_files WHERE scope = ?', scope.id);
  if (name.source === 'sessions')
    store.run('UPDATE memory_messages SET is_indexed = 0 WHERE group_folder = ?', name.groupFolder);
}
