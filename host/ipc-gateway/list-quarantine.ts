import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { parseSpoolJson, readSpoolFile } from '../../ipc-schemas/index.ts';

const QuarantineFactsSchema = z.object({
  runId: z.string(),
  groupFolder: z.string(),
  leaf: z.enum(['actions', 'messages', 'action_results']),
  /** What the agent called it: anybody's text. */
  name: z.string(),
  kind: z.enum(['file', 'directory', 'other']),
  reason: z.string(),
  at: z.string(),
});

export type QuarantineFacts = z.infer<typeof QuarantineFactsSchema>;

/** Something that was set aside, and where it is now. */
export interface QuarantineEntry extends QuarantineFacts {
  readonly id: string;
  readonly bytes: number;
  /** What was set aside; it may be a link or a FIFO: never to be opened without care. */
  readonly path: string;
}

const MAX_FACTS_BYTES = 64 * 1024;

const ENTRY_NAME = /^([0-9A-Z]{26})\.([0-9]{1,15})$/;

/** Lists what is in quarantine, the oldest first. Total: what cannot be read is left out. */
export function listQuarantine(dataDir: string): QuarantineEntry[] {
  const directory = join(dataDir, 'quarantine');
  return entryNames(directory).flatMap((name) => {
    const parsed = parseEntryName(name);
    const facts = parsed && readFacts(join(directory, name));
    if (parsed === undefined || facts === undefined) return [];
    return [{ ...facts, ...parsed, path: join(directory, name, 'content') }];
  });
}

/** An entry's directory is called by its id and how many bytes it holds. */
export function parseEntryName(name: string): { id: string; bytes: number } | undefined {
  const [, id, bytes] = ENTRY_NAME.exec(name) ?? [];
  return id === undefined ? undefined : { id, bytes: Number(bytes) };
}

/** Reads what is known of an entry from its directory. */
export function readFacts(entryDirectory: string): QuarantineFacts | undefined {
  const read = readSpoolFile(join(entryDirectory, 'facts.json'), MAX_FACTS_BYTES);
  if (read.kind !== 'read') return undefined;
  const json = parseSpoolJson(read.bytes);
  return json.kind === 'parsed' ? QuarantineFactsSchema.safeParse(json.value).data : undefined;
}

/** The directories of entries, the oldest first. Total. */
export function entryNames(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => ENTRY_NAME.test(name))
      .sort();
  } catch {
    // Nothing was ever set aside.
    return [];
  }
}
