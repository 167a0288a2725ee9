import type { IndexTools } from './index-document.ts';
import { indexMessages } from './index-messages.ts';
import { findMemoryRoot } from './memory-root.ts';
import type { ScopeName } from './memory-scopes.ts';
import { refreshDocuments } from './refresh-documents.ts';
import { describeWriteFailure } from './sqlite-failure.ts';

/** Brings scopes of the index up to date and gives notices of what was left out. */
export type RefreshMemory = (scopes: readonly ScopeName[]) => Promise<string[]>;

/**
 * Makes the function that refreshes, one refresh of a scope at a time: each sees the files as they are once it
 * begins. Where the index cannot be written the notice says so, and the index stays as it was.
 */
export function createRefresh(tools: IndexTools, dataDir: string): RefreshMemory {
  const last = new Map<string, Promise<unknown>>();
  const refreshScope = async ({ groupFolder, source }: ScopeName): Promise<string[]> => {
    try {
      if (source === 'memory')
        return await refreshDocuments(tools, groupFolder, findMemoryRoot(dataDir, groupFolder));
      await indexMessages(tools, groupFolder);
      return [];
    } catch (error) {
      const notice = describeWriteFailure(error);
      if (notice === undefined) throw error;
      return [notice];
    }
  };
  return async (scopes) => {
    const notices: string[] = [];
    for (const scope of scopes) {
      const key = `${scope.source}/${scope.groupFolder}`;
      const before = last.get(key) ?? Promise.resolve();
      // Whoever began the one before is told of its failure.
      const refreshed = before.then(
        () => refreshScope(scope),
        () => refreshScope(scope),
      );
      last.set(key, refreshed);
      try {
        notices.push(...(await refreshed));
      } finally {
        if (last.get(key) === refreshed) last.delete(key);
      }
    }
    return notices;
  };
}
