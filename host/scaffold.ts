const GROUP_MEMORY = `# Memory

Facts worth keeping about this chat and its people, one a line, newest last. Day notes go to memory/YYYY-MM-DD.md.
`;

const GLOBAL_MEMORY = `# Shared memory

Facts that every chat may know. Agents read this file; only people write it.
`;

const SOUL = `# Voice

Friendly, direct and brief. Answer first, then explain if it helps.
`;

/** The files of a new group, by name: small, true, and for people to change. */
export function scaffoldFiles(group: string): ReadonlyMap<string, string> {
  return group === 'global'
    ? new Map([['MEMORY.md', GLOBAL_MEMORY]])
    : new Map([
        ['MEMORY.md', GROUP_MEMORY],
        ['SOUL.md', SOUL],
      ]);
}
