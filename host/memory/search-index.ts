import type { z } from 'zod';

import type { MemoryHitSchema } from '../../ipc-schemas/index.ts';
import { countTerms, findCandidates } from './find-candidates.ts';
import { findScope, type Scope, type ScopeName } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import type { ParsedQuery } from './parse-query.ts';
import { scorePassages } from './score-passages.ts';
import type { Window } from './grow-window.ts';
import { selectWindows } from './select-windows.ts';

/** One passage that answers a query, as it goes over the wire. */
export type MemoryHit = z.infer<typeof MemoryHitSchema>;

/** What to look for, and where. */
export interface IndexSearch {
  readonly scopes: readonly ScopeName[];
  readonly query: ParsedQuery;
  readonly topK: number;
  /** Terms that tell a time. */
  readonly timeTerms: ReadonlySet<string>;
}

/** Finds the best passages in the index as it is, best first. */
export function searchIndex(store: MemoryStore, search: IndexSearch): MemoryHit[] {
  const scopes = search.scopes.flatMap((name) => findScope(store, name) ?? []);
  if (scopes.length === 0) return [];
  const terms = countTerms(store, scopes, search.query.terms);
  if (terms.length === 0) return [];
  const candidates = findCandidates(store, scopes, terms);
  const timeTerms = search.query.asksWhen ? search.timeTerms : new Set<string>();
  const scores = scorePassages({ scopes, terms, candidates, timeTerms });
  return selectWindows(store, scores, search.topK).map((window) => toHit(store, scopes, window));
}

interface TrackRow extends Record<string, unknown> {
  readonly scope: number;
  readonly path: string | null;
  readonly chat_jid: string | null;
}

function toHit(store: MemoryStore, scopes: readonly Scope[], window: Window): MemoryHit {
  const { best, passages, snippet, score } = window;
  const track = store.all<TrackRow>(
    `SELECT track.scope, track.chat_jid, file.path
      FROM memory_tracks AS track LEFT JOIN memory_files AS file ON file.id = track.file WHERE track.id = ?`,
    best.track,
  )[0];
  const groupFolder = scopes.find(({ id }) => id === track?.scope)?.groupFolder ?? '';
  const rounded = Math.round(score * 1000) / 1000;
  if (best.message !== null)
    return {
      source: 'session_transcript',
      score: rounded,
      groupFolder,
      title: best.title,
      snippet,
      chatJid: track?.chat_jid ?? '',
      senderName: best.sender_name ?? '',
      timestamp: best.timestamp ?? '',
    };
  const path = track?.path ?? '';
  return {
    source: 'memory_doc',
    score: rounded,
    groupFolder,
    title: best.title === '' ? titleOfPath(path) : best.title,
    snippet,
    path,
    startLine: passages[0]?.start_line ?? best.start_line,
    endLine: passages.at(-1)?.end_line ?? best.end_line,
  };
}

/** The file's name says what it is about where no heading does, often a date. */
function titleOfPath(path: string): string {
  return path.replace(/^.*\/|\.md$/gu, '');
}
