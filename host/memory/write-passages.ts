import { isQuestion } from './is-question.ts';
import { markTerm } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import type { Passage } from './split-passages.ts';
import type { SplitTerms } from './split-terms.ts';

/** A passage with what it is found by. */
export interface IndexedPassage extends Passage {
  readonly position: number;
  readonly message?: number;
  readonly terms: readonly string[];
  readonly speakerTerms: readonly string[];
  /** Terms of what it stands under: headings, the file's name, a day. */
  readonly contextTerms: readonly string[];
}

/** Reads the terms of a passage that stands in some context, such as the name of its file. */
export function readPassageTerms(
  splitTerms: SplitTerms,
  passage: Passage,
  context: string,
): Pick<IndexedPassage, 'terms' | 'speakerTerms' | 'contextTerms'> {
  return {
    terms: splitTerms(passage.text),
    speakerTerms: splitTerms(passage.speaker),
    contextTerms: [...new Set(splitTerms(`${passage.title} ${context}`))],
  };
}

/** Adds passages to a track of a scope; runs within a transaction of the caller's. */
export function writePassages(
  store: MemoryStore,
  scopeId: number,
  trackId: number,
  passages: readonly IndexedPassage[],
): void {
  let terms = 0;
  for (const passage of passages) {
    const id = store.run(
      `INSERT INTO memory_passages
        (track, position, message, start_line, end_line, title, text, terms, speaker_terms, context_terms,
          is_question)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      trackId,
      passage.position,
      passage.message ?? null,
      passage.startLine,
      passage.endLine,
      passage.title,
      passage.text,
      passage.terms.join(' '),
      passage.speakerTerms.join(' '),
      passage.contextTerms.join(' '),
      isQuestion(passage.text) ? 1 : 0,
    );
    store.run(
      'INSERT INTO memory_terms (rowid, body, context) VALUES (?, ?, ?)',
      id,
      markAll(scopeId, passage.terms),
      markAll(scopeId, passage.contextTerms),
    );
    terms += passage.terms.length;
  }
  store.run(
    'UPDATE memory_scopes SET passages = passages + ?, terms = terms + ? WHERE id = ?',
    passages.length,
    terms,
    scopeId,
  );
}

/** Removes a file and all that was indexed of it; runs within a transaction of the caller's. */
export function removeFile(store: MemoryStore, scopeId: number, path: string): void {
  const file = store.all<{ id: number }>(
    'SELECT id FROM memory_files WHERE scope = ? AND path = ?',
    scopeId,
    path,
  )[0];
  if (file === undefined) return;
  for (const { id } of store.all<{ id: number }>('SELECT id FROM memory_tracks WHERE file = ?', file.id))
    removeTrack(store, scopeId, id);
  store.run('DELETE FROM memory_files WHERE id = ?', file.id);
}

/** Removes the passages of a track and the track; runs within a transaction of the caller's. */
export function removeTrack(store: MemoryStore, scopeId: number, trackId: number): void {
  const rows = store.all<{ id: number; terms: string }>(
    'SELECT id, terms FROM memory_passages WHERE track = ?',
    trackId,
  );
  for (const { id } of rows) store.run('DELETE FROM memory_terms WHERE rowid = ?', id);
  const terms = rows.reduce((sum, row) => sum + (row.terms === '' ? 0 : row.terms.split(' ').length), 0);
  store.run(
    'UPDATE memory_scopes SET passages = passages - ?, terms = terms - ? WHERE id = ?',
    rows.length,
    terms,
    scopeId,
  );
  store.run('DELETE FROM memory_passages WHERE track = ?', trackId);
  store.run('DELETE FROM memory_tracks WHERE id = ?', trackId);
}

function markAll(scopeId: number, terms: readonly string[]): string {
  return terms.map((term) => markTerm(scopeId, term)).join(' ');
}
