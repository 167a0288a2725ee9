import type { SplitTerms } from './split-terms.ts';

const TIME_WORDS = `
yesterday today tonight tomorrow ago last next week weekend month year day morning evening night recently soon
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december spring summer autumn fall winter birthday since weeks
gestern heute morgen ubermorgen vorgestern letzte letzten nachste nachsten woche wochenende monat jahr tag abend
seit fruhling sommer herbst
`;
const CJK_TIME_WORDS =
  '昨日 今日 明日 先週 来週 今週 先月 来月 去年 来年 今年 週末 昨天 明天 上周 下周 어제 내일 지난 다음';

/** Gives the terms by which a passage tells when something was or will be. */
export function readTimeTerms(splitTerms: SplitTerms): ReadonlySet<string> {
  const pairs = splitTerms(CJK_TIME_WORDS).filter((term) => /^..$/u.test(term));
  return new Set([...splitTerms(TIME_WORDS), ...pairs]);
}
