import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa, type Options } from 'execa';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** A fixture agent of this folder. */
function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', `${name}.mjs`);
}

/** Builds the runner's bundle where there is none: the command line starts it. */
export async function ensureBundle(): Promise<void> {
  if (existsSync(join(ROOT, 'dist', 'agent-runner.mjs'))) return;
  await execa('rolldown', ['-c', 'rolldown.config.ts'], { cwd: ROOT, preferLocal: true });
}

/** A directory of its own that goes with the test. */
export async function temporaryDirectory(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'turnbox-cli-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** The environment of a command line that has a key and a fixture for its agent, and nothing of the tester's. */
export function environment(dataDir: string, agent = 'answering-pi'): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: dataDir,
    TURNBOX_DATA_DIR: dataDir,
    TURNBOX_PI_BIN: fixture(agent),
    OPENAI_API_KEY: 'test-key-of-the-fixture',
  };
}

/** Starts the command line from its sources; its stdin is empty unless the options say otherwise. */
export function startTurnbox(args: readonly string[], options: Options) {
  return execa(process.execPath, [join(ROOT, 'host', 'cli', 'cli.ts'), ...args], {
    stdin: 'ignore',
    stripFinalNewline: false,
    reject: false,
    extendEnv: false,
    timeout: 60_000,
    ...options,
  });
}
