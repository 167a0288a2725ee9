const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const ISO_DATE = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/gu;
const CJK_MONTH = /(?<!\d)(1[0-2]|0?[1-9])\s?[月월]/gu;
const LETTERS_THAT_DO_NOT_DECOMPOSE = /[ßæœøłđðþı]/gu;
const THEIR_SPELLING: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * Folds text so that spellings of one word become equal: lower case, one width, no accents on Latin, Greek and
 * Cyrillic letters, and dates of other notations with the English name of their month.
 *
 * The marks of other scripts stay: が is no か.
 */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  // Most text is ASCII, which has nothing further to fold but dates.
  if (!/[^\x00-\x7f]/u.test(lower)) return spellDates(lower);
  const plain = lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/gu, '')
    .normalize('NFC')
    .replace(LETTERS_THAT_DO_NOT_DECOMPOSE, (letter) => THEIR_SPELLING[letter] ?? letter)
    .replaceAll('’', "'")
    .replace(CJK_MONTH, (_, month: string) => ` ${monthName(month)} `);
  return spellDates(plain);
}

function spellDates(text: string): string {
  return text.replace(
    ISO_DATE,
    (_, year: string, month: string, day: string) => `${year} ${monthName(month)} ${day}`,
  );
}

function monthName(month: string): string {
  return MONTHS[Number(month) - 1] ?? month;
}
