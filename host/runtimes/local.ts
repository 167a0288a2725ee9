import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';
import { z } from 'zod';

import type { HostConfig } from '../config.ts';
import { RUNNER_NODE_OPTIONS } from './runner-node-options.ts';
import { findProcessesWith } from './local-processes.ts';
import type { RunEnding, RunLabel, RunSpec, Runtime, StartedRun } from './runtime.ts';

const STDERR_TAIL_BYTES = 4096;

/** How long silent pipes are read behind the end of the runner: somebody else may hold them for ever. */
const DRAIN_MS = 1000;

const DRAIN_STEP_MS = 50;

/** A process that was killed is gone within one round, save where the kernel holds it. */
const LEFTOVER_ROUNDS = 50;

const LEFTOVER_ROUND_MS = 20;

/** How long a run that nobody wants any more may take to end by itself. */
const DISPOSE_GRACE_MS = 4000;

const LABEL_VARIABLE = 'TURNBOX_RUN_LABEL';

const LabelSchema = z.object({ install: z.string(), runId: z.string(), group: z.string() });

/**
 * Runs the runner as a process of this machine, with directories of its own.
 *
 * For machines without containers: it keeps runs apart by directories only and isolates nothing.
 */
export function createLocalRuntime(config: HostConfig): Runtime {
  return {
    name: 'local',
    warning:
      'the local runtime does not isolate: the agent has your rights on this machine. Use containers for anybody you do not trust.',
    start: (spec) => startLocal(config, spec),
    list: listLocal,
  };
}

function startLocal(config: HostConfig, spec: RunSpec): StartedRun {
  const child = execa(config.nodeProgram, [...RUNNER_NODE_OPTIONS, config.runnerFile], {
    cwd: spec.groupDir,
    env: runnerEnvironment(config, spec),
    extendEnv: false,
    input: spec.stdin,
    buffer: false,
    reject: false,
    encoding: 'buffer',
    // The runner stops its agent on SIGTERM, so that nothing is left when this process ends.
    cleanup: true,
    // The caller of stop() decides how long that may take.
    forceKillAfterDelay: false,
  });
  // Left flowing, execa would throw away what nobody reads at once.
  child.stdout.pause();
  let stderrTail = Buffer.alloc(0);
  child.stderr.on('data', (chunk: Uint8Array) => {
    stderrTail = Buffer.concat([stderrTail, chunk]).subarray(-STDERR_TAIL_BYTES);
  });
  child.nodeChildProcess.once('exit', () => void drain(child.stdout, child.stderr));
  const ended = child.then(async (result): Promise<RunEnding> => {
    const hasRun = child.pid !== undefined;
    if (result.exitCode !== 0) await killLeftovers(config, spec);
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      startError: hasRun ? undefined : `${config.nodeProgram} could not be started: ${String(result.cause)}`,
      stderrTail: stderrTail.toString('utf8'),
    };
  });
  return {
    stdout: readUntilClosed(child.stdout),
    stop: () => void child.kill('SIGTERM'),
    kill: () => {
      child.kill('SIGKILL');
      child.stdout.destroy();
    },
    ended,
    [Symbol.asyncDispose]: async () => {
      child.stdout.destroy();
      // Asked first: the runner ends its agent in good order, and the agent its session.
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), DISPOSE_GRACE_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

/** Reads a stream whose destruction is an end like any other: how the run ended is told by its process. */
async function* readUntilClosed(stream: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!stream.destroyed) throw error;
  }
}

/** Closes the pipes of a runner that has ended, once its output is read and nothing more comes. */
async function drain(stdout: Readable, stderr: Readable): Promise<void> {
  for (let restMs = DRAIN_MS; restMs > 0 && !stdout.closed;) {
    await delay(DRAIN_STEP_MS, undefined, { ref: false });
    // What lies there unread waits for a slow reader, and more may be behind it.
    if (stdout.readableLength === 0) restMs -= DRAIN_STEP_MS;
  }
  stdout.destroy();
  stderr.destroy();
}

function runnerEnvironment(config: HostConfig, spec: RunSpec): Record<string, string> {
  return {
    ...config.passedOn,
    PATH: config.searchPath,
    HOME: spec.homeDir,
    TZ: spec.timeZone,
    NODE_COMPILE_CACHE: join(config.dataDir, 'cache', 'node'),
    TURNBOX_WORKSPACE_DIR: spec.runDir,
    TURNBOX_GROUP_DIR: spec.groupDir,
    TURNBOX_GLOBAL_DIR: spec.globalDir,
    TURNBOX_IPC_DIR: spec.ipcDir,
    TMPDIR: spec.scratchDir,
    TURNBOX_PI_AGENT_DIR: spec.agentDir,
    [LABEL_VARIABLE]: JSON.stringify(spec.label),
    ...(spec.projectDir !== undefined && { TURNBOX_PROJECT_DIR: spec.projectDir }),
    ...(config.piProgram !== undefined && { TURNBOX_PI_BIN: config.piProgram }),
    ...(spec.modelsFile !== undefined && { TURNBOX_PI_MODELS_FILE: spec.modelsFile }),
  };
}

/**
 * Ends what a runner that broke down left behind, and waits until it is gone: all of it bears the run's own IPC
 * directory in its environment.
 */
async function killLeftovers(config: HostConfig, spec: RunSpec): Promise<void> {
  for (let round = 0; round < LEFTOVER_ROUNDS; round += 1) {
    const found = await findProcessesWith('TURNBOX_IPC_DIR');
    const left = found.filter(({ env }) => env.get('TURNBOX_IPC_DIR') === spec.ipcDir);
    if (left.length === 0) return;
    for (const { pid } of left) killIfAlive(config, pid);
    await delay(LEFTOVER_ROUND_MS);
  }
}

function killIfAlive(config: HostConfig, pid: number): void {
  try {
    config.kill(pid);
  } catch {
    // It ended in between, which is what was wanted.
  }
}

async function listLocal(install: string): Promise<readonly RunLabel[]> {
  const found = await findProcessesWith(LABEL_VARIABLE);
  return found
    .map(({ env }) => parseLabel(env.get(LABEL_VARIABLE)))
    .filter((label) => label?.install === install)
    .filter((label) => label !== undefined);
}

function parseLabel(text: string | undefined): RunLabel | undefined {
  try {
    const label = LabelSchema.safeParse(JSON.parse(text ?? ''));
    return label.data;
  } catch {
    // Somebody else's variable of the same name.
    return undefined;
  }
}
