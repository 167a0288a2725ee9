const MAX_NOTICES = 20;

/** Gives notices for people: each once, and a number in place of those above twenty. */
export function limitNotices(notices: readonly string[]): string[] {
  const distinct = [...new Set(notices)];
  if (distinct.length <= MAX_NOTICES) return distinct;
  return [...distinct.slice(0, MAX_NOTICES), `And ${distinct.length - MAX_NOTICES} further notices.`];
}
