import { markTerm, type Scope } from './memory-scopes.ts';
import type { MemoryStore } from './memory-store.ts';
import type { QueryTerm } from './parse-query.ts';
import { isSpacelessTerm } from './split-terms.ts';

/** A query term with how many passages have it. */
export interface CountedTerm extends QueryTerm {
  readonly passages: number;
  /** The beginning that other forms of the word share with it; empty where it has none. */
  readonly root: string;
  readonly passagesOfRoot: number;
}

/** A passage that has some term of a query. */
export interface Candidate {
  readonly track: number;
  readonly position: number;
  readonly terms: readonly string[];
  readonly speakerTerms: readonly string[];
  readonly contextTerms: readonly string[];
  readonly isQuestion: boolean;
}

const MAX_CANDIDATES = 250;
/** So many postings are ranked at once at most; what is common beyond that still counts for those found. */
const MAX_POSTINGS = 2000;
const MIN_ROOT_LENGTH = 4;
const MAX_ROOT_LENGTH = 6;

/** Counts each term in the scopes, as a word and by its root. Terms that occur in neither way are left out. */
export function countTerms(
  store: MemoryStore,
  scopes: readonly Scope[],
  terms: readonly QueryTerm[],
): CountedTerm[] {
  const count = (expression: string): number =>
    store.all<{ passages: number }>(
      'SELECT count(*) AS passages FROM memory_terms WHERE memory_terms MATCH ?',
      expression,
    )[0]?.passages ?? 0;
  return terms
    .map((term) => {
      const root = rootOf(term.term);
      return {
        ...term,
        root,
        passages: count(matchTerm(scopes, term.term)),
        passagesOfRoot: root === '' ? 0 : count(matchRoot(scopes, root)),
      };
    })
    .filter(({ passages, passagesOfRoot }) => passages + passagesOfRoot > 0);
}

/** Gives the beginning of a stem by which other forms of a word are known: Katze and Katzen, adopt and adoptive. */
export function rootOf(term: string): string {
  if (isSpacelessTerm(term) || term.length < MIN_ROOT_LENGTH || /\d/u.test(term)) return '';
  const stem = term.replace(/(?:ern|en|er|es|em|e|n|s)$/u, '');
  return (stem.length < MIN_ROOT_LENGTH ? term : stem).slice(0, MAX_ROOT_LENGTH);
}

/** Finds the passages that match a query best by FTS5's own ranking, the rarest terms first in line. */
export function findCandidates(
  store: MemoryStore,
  scopes: readonly Scope[],
  terms: readonly CountedTerm[],
): Candidate[] {
  const rows = store.all<CandidateRow>(
    `SELECT passage.track, passage.position, passage.terms, passage.speaker_terms, passage.context_terms,
        passage.is_question
      FROM (
        SELECT rowid FROM memory_terms
        WHERE memory_terms MATCH ? AND rank MATCH 'bm25(1.0, 0.5)' ORDER BY rank LIMIT ${MAX_CANDIDATES}
      ) AS found JOIN memory_passages AS passage ON passage.id = found.rowid`,
    buildMatch(scopes, terms),
  );
  return rows.map((row) => ({
    track: row.track,
    position: row.position,
    terms: row.terms.split(' '),
    speakerTerms: row.speaker_terms.split(' '),
    contextTerms: row.context_terms.split(' '),
    isQuestion: row.is_question === 1,
  }));
}

interface CandidateRow extends Record<string, unknown> {
  readonly track: number;
  readonly position: number;
  readonly terms: string;
  readonly speaker_terms: string;
  readonly context_terms: string;
  readonly is_question: number;
}

function buildMatch(scopes: readonly Scope[], terms: readonly CountedTerm[]): string {
  const ways = terms.flatMap(({ term, root, passages, passagesOfRoot }) => [
    { expression: matchTerm(scopes, term), passages },
    ...(root === '' ? [] : [{ expression: matchRoot(scopes, root), passages: passagesOfRoot }]),
  ]);
  const chosen: string[] = [];
  let postings = 0;
  for (const way of ways.sort((a, b) => a.passages - b.passages)) {
    if (way.passages === 0) continue;
    postings += way.passages;
    if (postings > MAX_POSTINGS && chosen.length > 0) break;
    chosen.push(way.expression);
  }
  return chosen.join(' OR ');
}

/** Terms have no quote in them, and between quotes nothing is syntax. */
function matchTerm(scopes: readonly Scope[], term: string): string {
  return scopes.map(({ id }) => `"${markTerm(id, term)}"`).join(' OR ');
}

function matchRoot(scopes: readonly Scope[], root: string): string {
  return scopes.map(({ id }) => `"${markTerm(id, root)}" *`).join(' OR ');
}
