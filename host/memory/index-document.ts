import { setImmediate } from 'node:timers/promises';

import { ensureScope, type ScopeName } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import { type Passage, splitPassages } from './split-passages.ts';
import type { SplitTerms } from './split-terms.ts';
import type { StoreKeeper } from './store-keeper.ts';
import { type IndexedPassage, readPassageTerms, removeFile, writePassages } from './write-passages.ts';

/** What works on the index. */
export interface IndexTools {
  readonly keeper: StoreKeeper;
  readonly splitTerms: SplitTerms;
}

/** A document as it was read. */
export interface ReadDocument {
  readonly path: string;
  readonly identity: string;
  readonly hash: string;
  /** What of it is not searched, and why; empty where all is. */
  readonly problem: string;
  readonly text: string;
}

/** So many passages are written at once: few enough that neither this process nor another waits long for it. */
const BATCH = 200;
/** A document of 5 MiB that is all blank lines and single words would take a minute and a gigabyte. */
const MAX_PASSAGES = 50_000;
const UNFINISHED = 'unfinished';

/**
 * Puts a document into the index in place of what was there of it.
 *
 * Gives what of it is not searched, and why; empty where all is. A long one is written in several transactions and counts as unread until the last. Where another process takes
 * the same document in hand meanwhile, this one leaves it to that.
 */
export async function indexDocument(
  tools: IndexTools,
  scope: ScopeName,
  read: ReadDocument,
): Promise<string> {
  const all = splitPassages(read.text).flatMap((passages, section) =>
    passages.map((passage, position) => ({ passage, section, position })),
  );
  const rows = all.slice(0, MAX_PASSAGES);
  const problem = rows.length < all.length ? `is searched up to its paragraph ${MAX_PASSAGES}` : read.problem;
  const context = read.path.replace(/^memory\/|\.md$/gu, '');
  const writing: Writing = { scope, read: { ...read, problem }, fileId: 0, tracks: new Map() };
  for (let start = 0; start === 0 || start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH).map(({ passage, section, position }) => ({
      section,
      indexed: { ...passage, position, ...readPassageTerms(tools.splitTerms, passage, context) },
    }));
    const isLast = start + BATCH >= rows.length;
    const isOurs = tools.keeper.use((store) => store.write(() => writeBatch(store, writing, batch, isLast)));
    if (!isOurs || isLast) break;
    await setImmediate();
  }
  return problem;
}

interface Writing {
  readonly scope: ScopeName;
  readonly read: ReadDocument;
  fileId: number;
  /** The tracks of the sections written so far. */
  readonly tracks: Map<number, number>;
}

interface BatchRow {
  readonly section: number;
  readonly indexed: IndexedPassage & Passage;
}

function writeBatch(
  store: MemoryStore,
  writing: Writing,
  batch: readonly BatchRow[],
  isLast: boolean,
): boolean {
  const scopeId = ensureScope(store, writing.scope).id;
  if (writing.fileId === 0) {
    const { path, hash, problem } = writing.read;
    removeFile(store, scopeId, path);
    writing.fileId = store.run(
      'INSERT INTO memory_files (scope, path, identity, hash, problem) VALUES (?, ?, ?, ?, ?)',
      scopeId,
      path,
      UNFINISHED,
      hash,
      problem,
    );
  } else if (store.all('SELECT id FROM memory_files WHERE id = ?', writing.fileId)[0] === undefined)
    return false;
  for (const [section, rows] of Map.groupBy(batch, (row) => row.section)) {
    const trackId = writing.tracks.get(section) ?? makeTrack(store, scopeId, writing.fileId);
    writing.tracks.set(section, trackId);
    writePassages(
      store,
      scopeId,
      trackId,
      rows.map(({ indexed }) => indexed),
    );
  }
  if (isLast)
    store.run('UPDATE memory_files SET identity = ? WHERE id = ?', writing.read.identity, writing.fileId);
  return true;
}

function makeTrack(store: MemoryStore, scopeId: number, fileId: number): number {
  return store.run('INSERT INTO memory_tracks (scope, file) VALUES (?, ?)', scopeId, fileId);
}
