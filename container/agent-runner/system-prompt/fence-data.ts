/**
 * Makes text from outside ready to stand in a fence: well-formed, without the blanks around it, and without
 * the fence's id, also where taking it out would join a new one.
 */
export function cleanForFence(text: string, fenceId: string): string {
  let clean = text.toWellFormed();
  while (clean.includes(fenceId)) clean = clean.replaceAll(fenceId, '');
  return clean.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

/** Puts clean text between two lines that say where it came from and carry the run's id. */
export function fenceData(text: string, source: string, fenceId: string): string {
  return `<<<data ${fenceId} source="${source}">>>\n${text}\n<<<end data ${fenceId}>>>`;
}
