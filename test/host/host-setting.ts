import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HostConfig } from '../../host/config.ts';
import { findProcessesWith } from '../../host/runtimes/local-processes.ts';

/** A directory that is gone when it is disposed. */
export interface ScratchDir extends AsyncDisposable {
  readonly path: string;
}

export async function makeScratchDir(): Promise<ScratchDir> {
  const path = await mkdtemp(join(tmpdir(), 'turnbox-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A host whose runner is a script of the test's. */
export function scriptedHost(dataDir: string): HostConfig {
  return {
    dataDir,
    piProgram: undefined,
    nodeProgram: process.execPath,
    runnerFile: join(import.meta.dirname, 'scripted-runner.ts'),
    searchPath: '/usr/local/bin:/usr/bin:/bin',
    timeZone: 'UTC',
    passedOn: {},
    kill: (pid) => void process.kill(pid, 'SIGKILL'),
  };
}

/** The ids of the processes that have a variable with this value in their environment. */
export async function findPids(variable: string, value: string): Promise<number[]> {
  const found = await findProcessesWith(variable);
  return found.filter(({ env }) => env.get(variable) === value).map(({ pid }) => pid);
}
