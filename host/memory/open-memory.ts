import { TurnboxError } from '../../ipc-schemas/index.ts';
import { type DocumentRequest, type FoundDocument, getDocument } from './get-document.ts';
import { limitNotices } from './limit-notices.ts';
import { findMemoryRoot, GLOBAL_GROUP, requireGroup } from './memory-root.ts';
import type { ScopeName } from './memory-scopes.ts';
import { parseQuery } from './parse-query.ts';
import { type ChatRecord, recordMessage } from './record-message.ts';
import { createRefresh } from './refresh-memory.ts';
import { type ReindexResult, reindexMemory } from './reindex-memory.ts';
import { type MemoryHit, searchIndex } from './search-index.ts';
import { createTermSplitter } from './split-terms.ts';
import { StoreKeeper } from './store-keeper.ts';
import { readTimeTerms } from './time-words.ts';

/** What to search for. */
export interface MemorySearch {
  readonly groupFolder: string;
  /** Plain words in any language; syntax in them is only text. Blank is INPUT_INVALID. */
  readonly query: string;
  /** How many hits at most, 1 to 100; 8 where it is missing. */
  readonly topK?: number | undefined;
  /** Memory documents, what was said in chats, or both, which is the default. */
  readonly sources?: 'memory' | 'sessions' | 'all' | undefined;
  /** Whether the documents of `global` are searched too; they are by default. */
  readonly includeGlobal?: boolean | undefined;
}

export interface MemorySearchResult {
  /** Best first. */
  readonly hits: MemoryHit[];
  /** What was left out or went wrong, for people. */
  readonly notices: string[];
}

/**
 * The memory of all groups of a data directory.
 *
 * Never crosses groups but to `global`: whether a caller may name a group is the caller's to decide. Several may be
 * open on one directory, in several processes.
 */
export interface Memory extends AsyncDisposable {
  /** Brings the index up to date with the files and gives the passages that answer a query. */
  readonly search: (search: MemorySearch) => Promise<MemorySearchResult>;
  readonly get: (request: DocumentRequest) => Promise<FoundDocument>;
  readonly recordMessage: (record: ChatRecord) => Promise<void>;
  /** Makes the index anew, of one group or of all. */
  readonly reindex: (groupFolder?: string) => Promise<ReindexResult>;
  readonly close: () => Promise<void>;
}

const DEFAULT_TOP_K = 8;
const MAX_TOP_K = 100;

/**
 * Opens the memory of a data directory, making its database where there is none. The caller closes it.
 *
 * A database that cannot be used does not fail the opening: searches do with what there is, and their notices say so.
 */
export async function openMemory({ dataDir }: { readonly dataDir: string }): Promise<Memory> {
  const keeper = new StoreKeeper(dataDir);
  const splitTerms = createTermSplitter();
  const timeTerms = readTimeTerms(splitTerms);
  const refresh = createRefresh({ keeper, splitTerms }, dataDir);
  const close = (): Promise<void> => Promise.resolve(keeper.close());
  // Now, so that what is wrong with it is known before the first search.
  keeper.use(() => undefined);
  return Promise.resolve({
    search: async (search) => {
      const query = parseQuery(requireQuery(search.query), splitTerms);
      const scopes = scopesOf(search);
      const topK = Math.min(MAX_TOP_K, Math.max(1, Math.floor(search.topK ?? DEFAULT_TOP_K)));
      const answer = async (): Promise<MemorySearchResult> => {
        const notices = await refresh(scopes);
        return {
          notices,
          hits: keeper.use((store) => searchIndex(store, { scopes, query, topK, timeTerms })),
        };
      };
      keeper.reconsider();
      const openings = keeper.openings;
      const first = await answer();
      // A database that was damaged is a new one now, and was empty when it was searched.
      const { hits, notices } = keeper.openings === openings ? first : await answer();
      return { hits, notices: limitNotices([...keeper.takeNotices(), ...notices]) };
    },
    get: (request) => Promise.try(() => getDocument(findMemoryRoot(dataDir, request.groupFolder), request)),
    recordMessage: (record) => Promise.try(() => recordMessage(keeper, record)),
    reindex: (groupFolder) => reindexMemory({ keeper, refresh, dataDir }, groupFolder),
    close,
    [Symbol.asyncDispose]: close,
  });
}

function requireQuery(query: string): string {
  if (query.replaceAll('\0', ' ').trim() !== '') return query;
  throw new TurnboxError('INPUT_INVALID', 'query: expected words to look for, found a blank text');
}

function scopesOf({ groupFolder, sources = 'all', includeGlobal = true }: MemorySearch): ScopeName[] {
  requireGroup(groupFolder);
  const groups = includeGlobal && groupFolder !== GLOBAL_GROUP ? [groupFolder, GLOBAL_GROUP] : [groupFolder];
  return [
    ...(sources === 'sessions'
      ? []
      : groups.map((group) => ({ groupFolder: group, source: 'memory' as const }))),
    ...(sources === 'memory' ? [] : [{ groupFolder, source: 'sessions' as const }]),
  ];
}
