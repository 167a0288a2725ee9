const TURN =
  /^\s*(?:[-*+]\s+)?(?:\[[^\]]{1,40}\]\s*)?[*_]{0,2}(?<name>[\p{Lu}\p{Lo}][\p{L}\p{M}\p{N}'. -]{0,40}?)[*_]{0,2}\s?(?:\([^)]{1,40}\))?[*_]{0,2}(?::(?=[\s*_]|$)|\uff1a)/u;

/** Gives the name before the colon of a turn (`**Ana:** text`, `[10:30] Ana (she): text`); empty where there is none. */
export function readSpeaker(line: string): string {
  return TURN.exec(line)?.groups?.['name'] ?? '';
}
