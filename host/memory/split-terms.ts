import { foldText } from './fold-text.ts';
import { stemEnglish } from './stem-english.ts';
import { readWordVariants } from './word-variants.ts';

/** Gives the terms by which a text is found, in their order. */
export type SplitTerms = (text: string) => string[];

const TOKEN = /[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{M}]+)*|\p{Extended_Pictographic}/gu;
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々〆]+/gu;
const HAS_SPACELESS = new RegExp(SPACELESS.source, 'u');
const MAX_TERM_LENGTH = 48;
const MAX_REMEMBERED = 20_000;

/**
 * Makes the one function that reads terms from documents, messages and queries alike.
 *
 * Words give their English stem, irregular and everyday forms the word they stand for. Scripts written without
 * spaces (and Hangul, whose words carry their particles) give each character and each pair of neighbours.
 * No term has a space or an ASCII character other than a to z and 0 to 9.
 */
export function createTermSplitter(): SplitTerms {
  const variants = spreadOverStems(readWordVariants());
  const remembered = new Map<string, string>();
  const toTerm = (word: string): string => {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const term = readWord(word, variants);
    if (word.length > MAX_TERM_LENGTH) return term;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(word, term);
    return term;
  };
  return (text) => {
    const terms: string[] = [];
    for (const [token] of foldText(text).matchAll(TOKEN)) {
      if (HAS_SPACELESS.test(token)) splitMixed(token, toTerm, terms);
      else terms.push(toTerm(token));
    }
    return terms.filter((term) => term !== '');
  };
}

/** Whether a term is one character or a pair of a script that is written without spaces. */
export function isSpacelessTerm(term: string): boolean {
  return HAS_SPACELESS.test(term);
}

/** Makes inflected forms of a variant (photos) lead to the same word as the form itself (photo). */
function spreadOverStems(variants: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const spread = new Map<string, string>();
  for (const [form, word] of variants) {
    const stem = stemEnglish(word);
    spread.set(form, stem);
    if (!spread.has(stemEnglish(form))) spread.set(stemEnglish(form), stem);
  }
  return spread;
}

function readWord(word: string, variants: ReadonlyMap<string, string>): string {
  const bare = word.replace(/(?:n't|'.*)$/u, '').slice(0, MAX_TERM_LENGTH);
  if (/^\d+$/u.test(bare)) return bare.replace(/^0+(?=\d)/u, '');
  const known = variants.get(bare);
  if (known !== undefined) return known;
  if (!/^[a-z]+$/u.test(bare)) return bare;
  const stem = stemEnglish(bare);
  return variants.get(stem) ?? stem;
}

function splitMixed(token: string, toTerm: (word: string) => string, terms: string[]): void {
  let end = 0;
  for (const match of token.matchAll(SPACELESS)) {
    if (match.index > end) terms.push(toTerm(token.slice(end, match.index)));
    pushCharacters(match[0], terms);
    end = match.index + match[0].length;
  }
  if (end < token.length) terms.push(toTerm(token.slice(end)));
}

function pushCharacters(run: string, terms: string[]): void {
  let previous = '';
  for (const character of run) {
    if (previous !== '') terms.push(previous + character);
    terms.push(character);
    previous = character;
  }
}
