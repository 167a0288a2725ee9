const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** What a timer of Node can wait at most: 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of `90`, `90s`, `5m` or `1.5h`, seconds being the default; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?<amount>\d{1,9}(?:\.\d{1,3})?)(?<unit>[smh]?)$/.exec(text.trim());
  const unitMs = UNIT_MS[match?.groups?.['unit'] || 's'];
  if (match === null || unitMs === undefined) return undefined;
  const durationMs = Math.round(Number(match.groups?.['amount']) * unitMs);
  return durationMs >= 1 && durationMs <= LONGEST_MS ? durationMs : undefined;
}
