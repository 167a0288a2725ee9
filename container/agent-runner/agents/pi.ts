import { constants } from 'node:fs';
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readRegularFile, TurnboxError } from '../../../ipc-schemas/index.ts';
import type { AgentAdapter, AgentJob, PreparedAgent } from './agent.ts';
import { parsePiLine } from './pi-events.ts';

const MAX_CONFIG_BYTES = 1024 * 1024;

/** pi loads nothing from the workspace by itself: the runner decides what enters the prompt. */
const NO_DISCOVERY = ['-ne', '-ns', '-np', '-nc'];

/** Noise, every event but the end of a message, and the end of one that is not the model's. */
const DISPOSABLE =
  /^(?!\{)|^\{"type":"(?!message_end")|^\{"type":"message_end","message":\{"role":"(?!assistant")/;

/** The adapter of pi (`@earendil-works/pi-coding-agent`, before 0.74 `@mariozechner/…`), 0.73 to 1.5. */
export const piAdapter: AgentAdapter = {
  name: 'pi',
  program: { variable: 'TURNBOX_PI_BIN', name: 'pi' },
  stateDir: { variable: 'TURNBOX_PI_AGENT_DIR', path: '/home/node/.pi/agent-farmfriend' },
  modelsVariable: 'TURNBOX_PI_MODELS_FILE',
  defaultTools: ['read', 'bash', 'edit', 'write', 'grep', 'find', 'ls'],
  packageNames: ['@earendil-works/pi-coding-agent', '@mariozechner/pi-coding-agent'],
  ownVariables: ['PI_CODING_AGENT_DIR', 'PI_OFFLINE', 'PI_TELEMETRY', 'PI_SKIP_VERSION_CHECK'],
  stopSignal: 'SIGTERM',
  isDisposable: (head) => DISPOSABLE.test(head),
  prepare: preparePi,
};

async function preparePi(job: AgentJob): Promise<PreparedAgent> {
  const sessionDir = piSessionDir(job);
  await mkdir(sessionDir, { recursive: true });
  const configDir = job.modelsFile === undefined ? job.agentDir : await makeOwnConfig(job, job.modelsFile);
  const resumes = job.continues && (await mendLastSession(sessionDir));
  return {
    args: piArguments(job),
    env: {
      PI_CODING_AGENT_DIR: configDir,
      PI_OFFLINE: '1',
      PI_TELEMETRY: '0',
      PI_SKIP_VERSION_CHECK: '1',
    },
    stdin: job.input.prompt,
    resumes,
    parseLine: parsePiLine,
  };
}

/** A lane of its own for scheduled runs: `-c` takes the newest session of the directory. */
function piSessionDir(job: AgentJob): string {
  return join(job.agentDir, 'sessions', job.input.isScheduledTask ? 'scheduled' : 'chat');
}

/** The arguments of pi: nothing private, since every process of the machine can read them. */
export function piArguments(job: AgentJob): string[] {
  const { input } = job;
  return [
    '--mode',
    'json',
    ...(job.continues ? ['-c'] : []),
    ...NO_DISCOVERY,
    ...option('--provider', input.provider),
    ...option('--model', input.model),
    ...option('--thinking', input.thinkLevel),
    ...job.extensions.flatMap((file) => ['--extension', file]),
    '--append-system-prompt',
    job.systemPromptFile,
    ...(job.tools.length > 0 ? ['--tools', job.tools.join(',')] : ['--no-tools']),
    '--session-dir',
    piSessionDir(job),
  ];
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/**
 * Makes a configuration directory for this run alone, with its model providers and the group's settings: several
 * runs of a group at once must not get each other's providers. Sessions stay in the lane.
 */
async function makeOwnConfig(job: AgentJob, modelsFile: string): Promise<string> {
  const models = await readRegularFile(modelsFile, MAX_CONFIG_BYTES);
  if (models.kind !== 'read' || models.isCut) {
    const found =
      models.kind === 'refused' ? models.reason : models.kind === 'read' ? 'more than 1 MiB' : 'nothing';
    throw new TurnboxError('INTERNAL', `TURNBOX_PI_MODELS_FILE: expected a readable file, found ${found}`);
  }
  const directory = join(job.scratchDir, 'pi');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(join(directory, 'models.json'), models.bytes, { mode: 0o600 });
  const settings = await readRegularFile(join(job.agentDir, 'settings.json'), MAX_CONFIG_BYTES);
  if (settings.kind === 'read')
    await writeFile(join(directory, 'settings.json'), settings.bytes, { mode: 0o600 });
  return directory;
}

/**
 * Ends the newest session file in LF where it does not; says whether there is anything pi may take for a session.
 *
 * After a torn line pi 0.73 appends to it and loses the whole history; later versions repair it themselves.
 */
async function mendLastSession(sessionDir: string): Promise<boolean> {
  const entries = await readdir(sessionDir, { withFileTypes: true });
  const sessions = entries.filter((entry) => entry.name.endsWith('.jsonl'));
  const ages = await Promise.all(
    sessions
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => ({ name, mtimeMs: (await stat(join(sessionDir, name))).mtimeMs })),
  );
  const newest = ages.sort((a, b) => b.mtimeMs - a.mtimeMs)[0];
  if (newest !== undefined) await endInLineFeed(join(sessionDir, newest.name));
  return sessions.length > 0;
}

async function endInLineFeed(path: string): Promise<void> {
  try {
    await using file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile() || facts.size === 0) return;
    const last = new Uint8Array(1);
    await file.read(last, 0, 1, facts.size - 1);
    if (last[0] !== 0x0a) await file.write('\n', facts.size);
  } catch {
    // An unreadable session is the agent's to report: the run that fails over it is retried fresh.
  }
}
