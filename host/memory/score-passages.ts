import { type Candidate, type CountedTerm, rootOf } from './find-candidates.ts';
import type { Scope } from './memory-scopes.ts';
import { type Place, placeKey } from './place.ts';

/** Scores of passages, whether they match themselves or stand beside one that does. */
export interface Scores {
  /** The passages that match, best first. */
  readonly ranked: readonly Place[];
  readonly scoreAt: (place: Place) => number;
}

/** What is scored, and for what. */
export interface Scoring {
  readonly scopes: readonly Scope[];
  readonly terms: readonly CountedTerm[];
  readonly candidates: readonly Candidate[];
  /** Terms that tell a time, where the query asks for one; else empty. */
  readonly timeTerms: ReadonlySet<string>;
}

// All of these stand on a plateau of `test/bench/memory/recall.ts`: half or twice as much changes little.
const SATURATION = 1.2;
const LENGTH_SHARE = 0.3;
const ROOT_SHARE = 0.4;
const CONTEXT_SHARE = 0.4;
const SPEAKER_FACTOR = 1.3;
const TIME_FACTOR = 1.15;
const QUESTION_FACTOR = 0.75;
/** What a passage gives those after it, the nearest first, and those before it. */
const SHARES_ONWARD = [0.5, 0.2];
const SHARES_BACK = [0.35, 0.15];

/**
 * Scores passages by their own terms and by those of their neighbours.
 *
 * Each term counts once for a passage: as often as it occurs in it (BM25), by another form of the word, by the
 * headings, or with a share of what it gives a neighbour, whichever is most. An answer often stands just after the
 * words of a question, hence the larger share onward, and is seldom a question itself.
 */
export function scorePassages(scoring: Scoring): Scores {
  const { candidates, terms } = scoring;
  const gainsOf = createScorer(scoring);
  const own = new Map(candidates.map((candidate) => [placeKey(candidate), gainsOf(candidate)]));
  const questions = new Set(
    candidates.filter(({ isQuestion }) => isQuestion).map((place) => placeKey(place)),
  );
  const known = new Map<number, number>();
  const scoreAt = (place: Place): number => {
    const key = placeKey(place);
    const score =
      known.get(key) ?? spread(own, key, terms.length) * (questions.has(key) ? QUESTION_FACTOR : 1);
    known.set(key, score);
    return score;
  };
  const scored = candidates.map((place) => ({ place, score: scoreAt(place) }));
  return { ranked: scored.sort((a, b) => b.score - a.score).map(({ place }) => place), scoreAt };
}

/** What each term gives a passage by itself. */
type Gains = Float64Array;

function createScorer({ scopes, terms, timeTerms }: Scoring): (candidate: Candidate) => Gains {
  const passages = Math.max(1, sum(scopes.map((scope) => scope.passages)));
  const meanLength = Math.max(1, sum(scopes.map((scope) => scope.terms)) / passages);
  const places = new Map(terms.map(({ term }, index) => [term, index]));
  const roots = new Map(terms.map(({ root }, index) => [root, index]));
  // Terms without a root have the empty one, which no word counts for.
  roots.delete('');
  const words = terms.map((term) => term.weight * rarity(term.passages || term.passagesOfRoot, passages));
  const forms = terms.map((term) => term.weight * ROOT_SHARE * rarity(term.passagesOfRoot, passages));
  return (candidate) => {
    const counts = countOccurrences(candidate.terms, places, roots);
    const length = candidate.terms.length / meanLength;
    const gains = Float64Array.from(words, (word, index) => {
      const { whole, other } = counts[index] ?? NONE;
      return Math.max(word * saturate(whole, length), (forms[index] ?? 0) * saturate(other, length));
    });
    for (const term of candidate.contextTerms) {
      const index = places.get(term);
      if (index !== undefined)
        gains[index] = Math.max(gains[index] ?? 0, CONTEXT_SHARE * (words[index] ?? 0));
    }
    const isNamed = candidate.speakerTerms.some((term) => places.has(term));
    const tellsTime = timeTerms.size > 0 && candidate.terms.some((term) => timeTerms.has(term));
    const factor = (isNamed ? SPEAKER_FACTOR : 1) * (tellsTime ? TIME_FACTOR : 1);
    return gains.map((gain) => gain * factor);
  };
}

interface Occurrences {
  /** Of the term. */
  whole: number;
  /** Of other words with its root. */
  other: number;
}

const NONE: Readonly<Occurrences> = { whole: 0, other: 0 };

function countOccurrences(
  terms: readonly string[],
  places: ReadonlyMap<string, number>,
  roots: ReadonlyMap<string, number>,
): Occurrences[] {
  const counts: Occurrences[] = [];
  for (const term of terms) {
    const place = places.get(term);
    const index = place ?? roots.get(rootOf(term));
    if (index === undefined) continue;
    const count = (counts[index] ??= { whole: 0, other: 0 });
    if (place === undefined) count.other += 1;
    else count.whole += 1;
  }
  return counts;
}

/** Neighbours of a place have the numbers beside its own. */
function spread(own: ReadonlyMap<number, Gains>, key: number, termCount: number): number {
  const best = new Float64Array(termCount);
  const take = (gains: Gains | undefined, share: number): void => {
    gains?.forEach((gain, index) => (best[index] = Math.max(best[index] ?? 0, gain * share)));
  };
  take(own.get(key), 1);
  SHARES_ONWARD.forEach((share, index) => take(own.get(key - index - 1), share));
  SHARES_BACK.forEach((share, index) => take(own.get(key + index + 1), share));
  return best.reduce((total, gain) => total + gain, 0);
}

function saturate(count: number, length: number): number {
  return (count * (SATURATION + 1)) / (count + SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length));
}

function rarity(having: number, passages: number): number {
  return Math.log(1 + Math.max(0, passages - having + 0.5) / (having + 0.5));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
