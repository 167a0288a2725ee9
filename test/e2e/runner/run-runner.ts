import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  type ContainerOutput,
  ContainerOutputSchema,
  FrameDecoder,
  LineSplitter,
  newRequestId,
  type RunEvent,
  RunEventSchema,
} from '../../../ipc-schemas/index.ts';
import type { Step } from './pi-lines.ts';

const BUNDLE = fileURLToPath(new URL('../../../dist/agent-runner.mjs', import.meta.url));
const AGENTS = fileURLToPath(new URL('../../fixtures/agents/', import.meta.url));

export const NONCE = 'k3J9xT2mQ8vL5wRz';

export interface RunnerOptions {
  /** Name of a fixture agent. */
  readonly agent?: string;
  /** Steps that the fixture agent `plays` is given. */
  readonly steps?: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
  /** Fields of the input, beside those it needs. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface RunnerResult {
  readonly exitCode: number | null;
  readonly output: ContainerOutput;
  /** Whether the frame bore the nonce. */
  readonly isTrusted: boolean;
  readonly events: readonly RunEvent[];
  readonly stdout: string;
  readonly stderr: string;
}

/** The true runner in a workspace of its own. Disposing it kills the runner and removes the workspace. */
export class StartedRunner implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly workspace: string;
  readonly requestId = newRequestId();
  readonly #options: RunnerOptions;
  readonly #prefix: string | undefined;
  readonly #closed: Promise<unknown>;
  #stdout: Buffer[] = [];
  #stderr = '';

  constructor(workspace: string, options: RunnerOptions) {
    this.workspace = workspace;
    this.#options = options;
    this.#prefix = options.env?.['TURNBOX_MARKER_PREFIX'];
    this.child = spawn(process.execPath, [BUNDLE], {
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
        HOME: workspace,
        TMPDIR: join(workspace, 'tmp'),
        TURNBOX_WORKSPACE_DIR: workspace,
        TURNBOX_PI_AGENT_DIR: join(workspace, 'agent'),
        TURNBOX_PI_BIN: join(AGENTS, `${options.agent ?? 'plays'}.mjs`),
        ...options.env,
      },
    });
    // The runner may end without reading all of its input.
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString('latin1')));
    this.#closed = once(this.child, 'close');
  }

  /** Reads its stdout from now on. */
  read(): this {
    this.child.stdout.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    return this;
  }

  /** The whole input document of its run. */
  document(): Record<string, unknown> {
    const { secrets, ...fields } = this.#options.fields ?? {};
    return {
      prompt: 'hello',
      groupFolder: 'main',
      chatJid: 'cli:test',
      requestId: this.requestId,
      outputNonce: NONCE,
      secrets: { ...(secrets as object | undefined), SCRIPT: join(this.workspace, 'script.json') },
      ...fields,
    };
  }

  /** Gives it the whole input. */
  give(input: string | Uint8Array = JSON.stringify(this.document())): this {
    this.child.stdin.end(input);
    return this;
  }

  /** Waits until its stdout has this text. */
  async untilSaid(text: string): Promise<void> {
    const closed = this.#closed.then(() =>
      Promise.reject(new Error(`the runner ended without saying ${text}`)),
    );
    // It is only of interest while somebody waits.
    closed.catch(() => undefined);
    while (!Buffer.concat(this.#stdout).includes(text)) {
      await Promise.race([once(this.child.stdout, 'data'), closed]);
    }
  }

  /** Waits for its end and checks what holds for every run: one frame, last; events in order; nothing left behind. */
  async result(): Promise<RunnerResult> {
    await this.closed();
    const stdout = Buffer.concat(this.#stdout);
    const { output, isTrusted, events } = decode(stdout, this.#prefix);
    assert.deepEqual(
      events.map((event) => event.seq),
      events.map((_, index) => index + 1),
    );
    assert.equal(this.child.exitCode, output.status === 'success' ? 0 : 1);
    return {
      exitCode: this.child.exitCode,
      output,
      isTrusted,
      events,
      stdout: stdout.toString(),
      stderr: this.#stderr,
    };
  }

  /** Waits for its end and checks that nothing is left behind. */
  async closed(): Promise<void> {
    await this.#closed;
    assert.deepEqual(await findProcesses(`TURNBOX_REQUEST_ID=${this.requestId}`), []);
    assert.deepEqual(await readdir(join(this.workspace, 'tmp')), []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    this.child.stdout.destroy();
    await this.#closed;
    for (const pid of await findProcesses(`TURNBOX_REQUEST_ID=${this.requestId}`))
      process.kill(pid, 'SIGKILL');
    await rm(this.workspace, { recursive: true });
  }
}

/** Starts the runner; it waits for its input. */
export async function startRunner(options: RunnerOptions = {}): Promise<StartedRunner> {
  const workspace = await mkdtemp(join(tmpdir(), 'turnbox-e2e-'));
  for (const name of ['group', 'tmp', 'ipc/messages', 'ipc/actions', 'ipc/action_results']) {
    await mkdir(join(workspace, name), { recursive: true });
  }
  await writeFile(join(workspace, 'script.json'), JSON.stringify(options.steps ?? []));
  return new StartedRunner(workspace, options);
}

/** Runs it once: input in, result out. */
export async function runRunner(
  options: RunnerOptions = {},
  input?: string | Uint8Array,
): Promise<RunnerResult> {
  await using runner = await startRunner(options);
  return await runner.read().give(input).result();
}

function decode(
  stdout: Uint8Array,
  prefix: string | undefined,
): Pick<RunnerResult, 'output' | 'isTrusted' | 'events'> {
  const splitter = new LineSplitter();
  const decoder = new FrameDecoder({ nonce: NONCE, ...(prefix !== undefined && { prefix }) });
  const steps = [...splitter.push(stdout), ...splitter.end()].map((line) => decoder.push(line as string));
  const frames = steps.filter((step) => step.kind === 'frame');
  const [frame] = frames;
  assert.equal(frames.length, 1);
  assert.equal(steps.at(-1), frame);
  return {
    output: ContainerOutputSchema.parse(JSON.parse(frame?.json ?? '')),
    isTrusted: frame?.trusted ?? false,
    events: steps
      .flatMap((step) => (step.kind === 'text' ? step.lines : []))
      .map((line) => RunEventSchema.parse(JSON.parse(line))),
  };
}

/** The living processes that have this entry in their environment. */
async function findProcesses(entry: string): Promise<number[]> {
  const pids = (await readdir('/proc'))
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const bears = async (pid: number): Promise<boolean> => {
    try {
      return (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0').includes(entry);
    } catch {
      // It ended in between.
      return false;
    }
  };
  const found = await Promise.all(pids.map(bears));
  return pids.filter((_, index) => found[index]);
}
