import type { Stats } from 'node:fs';

/**
 * Gives what changes whenever a file does: its times, size and inode.
 *
 * The time of change is among them because a program can set the other one back.
 */
export function toIdentity(facts: Stats): string {
  return `${facts.mtimeMs}:${facts.ctimeMs}:${facts.size}:${facts.ino}`;
}
