const CONSONANT = '[^aeiou]';
const VOWEL = '[aeiouy]';
const CONSONANTS = `${CONSONANT}[^aeiouy]*`;
const VOWELS = `${VOWEL}[aeiou]*`;

const HAS_VOWEL = new RegExp(`^(?:${CONSONANTS})?${VOWEL}`, 'u');
const HAS_ONE_SYLLABLE = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}(?:${VOWELS})?$`, 'u');
const HAS_SYLLABLE = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}`, 'u');
const HAS_TWO_SYLLABLES = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}${VOWELS}${CONSONANTS}`, 'u');
const ENDS_SHORT = new RegExp(`^${CONSONANTS}${VOWEL}[^aeiouwxy]$`, 'u');

const LONG_SUFFIX =
  /^(.+?)(ational|tional|enci|anci|izer|bli|alli|entli|eli|ousli|ization|ation|ator|alism|iveness|fulness|ousness|aliti|iviti|biliti|logi)$/u;
const LONG_SUFFIX_TO: Readonly<Record<string, string>> = {
  ational: 'ate',
  tional: 'tion',
  enci: 'ence',
  anci: 'ance',
  izer: 'ize',
  bli: 'ble',
  alli: 'al',
  entli: 'ent',
  eli: 'e',
  ousli: 'ous',
  ization: 'ize',
  ation: 'ate',
  ator: 'ate',
  alism: 'al',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  aliti: 'al',
  iviti: 'ive',
  biliti: 'ble',
  logi: 'log',
};
const MIDDLE_SUFFIX = /^(.+?)(icate|ative|alize|iciti|ical|ful|ness)$/u;
const MIDDLE_SUFFIX_TO: Readonly<Record<string, string>> = {
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ful: '',
  ness: '',
};
const LAST_SUFFIX =
  /^(.+?)(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize|(?<=[st])ion)$/u;

/** Gives the stem of a lower-case word of a to z, by Porter's algorithm (tartarus.org/martin/PorterStemmer). */
export function stemEnglish(word: string): string {
  if (word.length < 3) return word;
  // A y at the start is a consonant, which the patterns see by its being none of their letters.
  const marked = word.startsWith('y') ? `Y${word.slice(1)}` : word;
  const stem = trimFinalE(trimLastSuffix(trimLongSuffixes(trimY(trimPast(trimPlural(marked))))));
  return stem.toLowerCase();
}

function trimPlural(word: string): string {
  if (/(?:ss|i)es$/u.test(word)) return word.slice(0, -2);
  return /[^s]s$/u.test(word) ? word.slice(0, -1) : word;
}

function trimPast(word: string): string {
  if (word.endsWith('eed')) return HAS_SYLLABLE.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const stem = /^(.+?)(?:ed|ing)$/u.exec(word)?.[1];
  if (stem === undefined || !HAS_VOWEL.test(stem)) return word;
  if (/(?:at|bl|iz)$/u.test(stem)) return `${stem}e`;
  if (/([^aeiouylsz])\1$/u.test(stem)) return stem.slice(0, -1);
  return ENDS_SHORT.test(stem) ? `${stem}e` : stem;
}

function trimY(word: string): string {
  return word.endsWith('y') && word.length > 1 && HAS_VOWEL.test(word.slice(0, -1))
    ? `${word.slice(0, -1)}i`
    : word;
}

function trimLongSuffixes(word: string): string {
  const shorter = replaceSuffix(word, LONG_SUFFIX, LONG_SUFFIX_TO);
  return replaceSuffix(shorter, MIDDLE_SUFFIX, MIDDLE_SUFFIX_TO);
}

function replaceSuffix(word: string, pattern: RegExp, to: Readonly<Record<string, string>>): string {
  const [, stem = '', suffix = ''] = pattern.exec(word) ?? [];
  return stem !== '' && HAS_SYLLABLE.test(stem) ? stem + (to[suffix] ?? '') : word;
}

function trimLastSuffix(word: string): string {
  const stem = LAST_SUFFIX.exec(word)?.[1];
  return stem !== undefined && HAS_TWO_SYLLABLES.test(stem) ? stem : word;
}

function trimFinalE(word: string): string {
  let stem = word;
  if (stem.endsWith('e')) {
    const rest = stem.slice(0, -1);
    if (HAS_TWO_SYLLABLES.test(rest) || (HAS_ONE_SYLLABLE.test(rest) && !ENDS_SHORT.test(rest))) stem = rest;
  }
  return stem.endsWith('ll') && HAS_TWO_SYLLABLES.test(stem) ? stem.slice(0, -1) : stem;
}
