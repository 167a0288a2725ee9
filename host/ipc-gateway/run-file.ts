import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import {
  GROUP_FOLDER_PATTERN,
  parseSpoolJson,
  readSpoolFile,
  REQUEST_ID_PATTERN,
} from '../../ipc-schemas/index.ts';
import { GatewayOwnerSchema } from './gateway-owner.ts';

const RunFileSchema = z.object({
  runId: z.string().regex(REQUEST_ID_PATTERN),
  groupFolder: z.string().regex(GROUP_FOLDER_PATTERN),
  isMain: z.boolean(),
  chatJids: z.array(z.string()),
  requestId: z.string().optional(),
  owner: GatewayOwnerSchema,
});

/** What a run may do and who serves it: `runs/<runId>/run.json`, above everything that a container can reach. */
export type RunFile = z.infer<typeof RunFileSchema>;

/** For whom a run acts: decided by its directory, never by what is written there. */
export type RunAuthority = Readonly<Omit<RunFile, 'owner' | 'requestId'>>;

const NAME = 'run.json';
const MAX_BYTES = 1024 * 1024;

/** Reads the run file of a run's directory; undefined where there is none that makes sense. */
export function readRunFile(runDir: string): RunFile | undefined {
  const read = readSpoolFile(join(runDir, NAME), MAX_BYTES);
  if (read.kind !== 'read') return undefined;
  const json = parseSpoolJson(read.bytes);
  return json.kind === 'parsed' ? RunFileSchema.safeParse(json.value).data : undefined;
}

/** Writes it whole or not at all, and at once: a run is not served before it is on disk. */
export function writeRunFile(runDir: string, run: RunFile): void {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const unfinished = join(runDir, `${NAME}.${randomUUID()}.tmp`);
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    writeFileSync(file, JSON.stringify(run));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, join(runDir, NAME));
}

/** Gives a run up that is not served after all. */
export function removeRunFile(runDir: string): void {
  rmSync(join(runDir, NAME), { force: true });
}
