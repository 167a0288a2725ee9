import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { type Memory, openMemory } from '../../../host/memory/open-memory.ts';

/** A data directory with an open memory; both are gone when it is disposed. */
export interface MemorySetting extends AsyncDisposable {
  readonly dataDir: string;
  readonly memory: Memory;
  /** Where a file of a group lies. */
  readonly pathOf: (group: string, path: string) => string;
  /** Writes a file of a group, with the directories it needs. */
  readonly write: (group: string, path: string, content: string | Uint8Array) => Promise<void>;
  /** The snippets that a group's search gives. */
  readonly find: (group: string, query: string) => Promise<string[]>;
}

export async function openSetting(): Promise<MemorySetting> {
  const dataDir = await mkdtemp(join(tmpdir(), 'turnbox-memory-'));
  const memory = await openMemory({ dataDir });
  const pathOf = (group: string, path: string): string => join(dataDir, 'groups', group, path);
  return {
    dataDir,
    memory,
    pathOf,
    write: async (group, path, content) => {
      await mkdir(dirname(pathOf(group, path)), { recursive: true });
      await writeFile(pathOf(group, path), content);
    },
    find: async (group, query) => {
      const { hits } = await memory.search({ groupFolder: group, query });
      return hits.map(({ snippet }) => snippet);
    },
    [Symbol.asyncDispose]: async () => {
      await memory.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** A message of a group as the host records it. */
export function said(group: string, text: string, timestamp = '2024-05-08T10:00:00Z') {
  return {
    groupFolder: group,
    chatJid: 'test:1',
    senderName: 'Ana',
    role: 'user' as const,
    text,
    timestamp,
  };
}
