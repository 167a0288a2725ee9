import { cutText } from '../../ipc-schemas/index.ts';
import { foldText } from './fold-text.ts';
import { isSpacelessTerm, type SplitTerms } from './split-terms.ts';
import { readStopWords } from './stop-words.ts';

/** One thing to look for. */
export interface QueryTerm {
  readonly term: string;
  /** How much of its rarity it may add to a score. */
  readonly weight: number;
}

/** What a query asks for, read from plain words. */
export interface ParsedQuery {
  /** Distinct, in the order of the query; empty where it has no word at all. */
  readonly terms: readonly QueryTerm[];
  /** Whether it asks for a time. */
  readonly asksWhen: boolean;
}

/** What is read of a query; what comes after says nothing new about it. */
const MAX_QUERY_LENGTH = 8192;
const MAX_TERMS = 64;
const SINGLE_CHARACTER = /^.$/u;
const HAN_CHARACTER = /^\p{Script=Han}$/u;
const HIRAGANA_ONLY = /^\p{Script=Hiragana}+$/u;
const ASKS_WHEN =
  /\b(?:when|what (?:day|date|month|year|time)|which (?:day|date|month|year)|how long ago|wann|an welchem tag|in welchem (?:monat|jahr))\b|いつ|何月|何日|什么时候|何时|哪天|언제/iu;
/** Words that are a month or a name when they are written so within a sentence or before a number. */
const CAPITAL_NAMES = /(?<=\S\s+)(?:May|Will)\b|\bMay(?=\s+\d)/gu;

/** Reads a query as plain words: whatever syntax it has is only text. Total. */
export function parseQuery(query: string, splitTerms: SplitTerms): ParsedQuery {
  const text = cutText(query.replaceAll('\0', ' '), MAX_QUERY_LENGTH);
  const terms = toQueryTerms(splitTerms(contentOf(text)));
  return {
    terms: terms.length > 0 ? terms : toQueryTerms(splitTerms(text)),
    asksWhen: ASKS_WHEN.test(text),
  };
}

/** Whether a text has words other than those that say little about what it is after. */
export function hasContentWords(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(contentOf(cutText(text, MAX_QUERY_LENGTH)));
}

function contentOf(text: string): string {
  const stopWords = readStopWords();
  const words = [...wordsOf(text)].filter((word) => !stopWords.has(foldText(word).replace(/'.*$/u, '')));
  return [...words, ...Array.from(text.matchAll(CAPITAL_NAMES), ([name]) => name)].join(' ');
}

function* wordsOf(text: string): Generator<string, void, undefined> {
  for (const [word] of text.matchAll(/[^\s"()[\]{}<>,;:!?/\\|*^~+=.]+/gu)) yield word;
}

function toQueryTerms(terms: readonly string[]): QueryTerm[] {
  const distinct = [...new Set(terms)].map((term) => ({ term, weight: weigh(term) }));
  const heavy = distinct.filter(({ weight }) => weight > 0);
  // A single kana or hangul is all there is to go by.
  const chosen = heavy.length > 0 ? heavy : distinct.map(({ term }) => ({ term, weight: 1 }));
  return chosen.slice(0, MAX_TERMS);
}

/** Pairs of characters tell words apart; a single Han character means something too, a single kana does not. */
function weigh(term: string): number {
  if (!isSpacelessTerm(term)) return 1;
  if (SINGLE_CHARACTER.test(term)) return HAN_CHARACTER.test(term) ? 0.3 : 0;
  return HIRAGANA_ONLY.test(term) ? 0.4 : 1;
}
