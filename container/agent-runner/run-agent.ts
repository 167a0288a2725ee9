import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  type ContainerInput,
  type ContainerOutput,
  failedOutput,
  type OutputFacts,
  type RunFact,
} from '../../ipc-schemas/index.ts';
import { buildAgentEnvironment } from './agent-environment.ts';
import type { AgentAdapter, AgentJob, PreparedAgent } from './agents/agent.ts';
import { findAdapter, runnableAgents } from './agents/registry.ts';
import { buildOutput } from './build-output.ts';
import { buildPrompt } from './build-prompt.ts';
import type { RunnerConfig } from './config.ts';
import { findProgram, readPackageVersion } from './find-program.ts';
import { RunFold } from './fold-run.ts';
import type { Log } from './log.ts';
import type { Redactor } from './redact.ts';
import {
  type AgentCommand,
  type AgentExit,
  type ProcessControl,
  SupervisedAgent,
} from './supervise-agent.ts';

/** How long an agent may take to end by itself behind its last event. */
const SETTLED_GRACE_MS = 3000;

/** The same behind a finish that an older agent may still take back. */
const FINISHED_GRACE_MS = 30_000;

/** What a run is made of; the same for every run of a process but the input. */
export interface RunSetting {
  readonly input: ContainerInput;
  readonly requestId: string;
  readonly config: RunnerConfig;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly control: ProcessControl;
}

/**
 * Runs the agent once on a validated input: yields what happens, returns the one output.
 *
 * Every ending of the agent is an output. Leaving the generator early, or the signal, stops the agent.
 */
export async function* runAgent(
  setting: RunSetting,
  signal: AbortSignal,
): AsyncGenerator<RunFact, ContainerOutput, undefined> {
  const { input, requestId, config } = setting;
  const startedMs = performance.now();
  const adapter = findAdapter(input.agent);
  const named = adapter && (config.lookUp(adapter.program.variable) ?? adapter.program.name);
  const program = named && (await findProgram(named, config.inherited['PATH'] ?? ''));
  const facts = (version?: string): OutputFacts => ({
    requestId,
    agent: { name: input.agent, ...(version !== undefined && { version }) },
    durationMs: Math.round(performance.now() - startedMs),
  });
  yield {
    type: 'run_start',
    requestId,
    agent: input.agent,
    ...(input.model !== undefined && { model: setting.redactor.text(input.model) }),
  };
  if (adapter === undefined) {
    const problem = `agent: expected one of ${runnableAgents().join(', ')} (this runner runs no other yet), found "${input.agent}"`;
    return failedOutput(facts(), 'INPUT_INVALID', problem);
  }
  if (program === undefined) {
    const problem = `expected the agent program ${named} on PATH or in ${adapter.program.variable}, found none that can be run`;
    return failedOutput(facts(), 'AGENT_NOT_FOUND', problem);
  }
  const version = readPackageVersion(program, adapter.packageNames);
  await using scratch = await openScratchDir();
  const systemPromptFile = join(scratch.path, 'system-prompt.md');
  await writePrompt(setting, adapter, systemPromptFile);
  const job = { adapter, program, scratchDir: scratch.path, systemPromptFile, isRetry: false };
  let { fold, exit, isStale } = yield* runOnce(setting, { ...job, continues: !input.noContinue }, signal);
  if (isStale) {
    const text = `${input.agent} failed at its start, which its last session may be the reason for: it is started once more without`;
    setting.log.warn(text, { stderr: exit.stderrTail });
    yield { type: 'notice', level: 'warning', text };
    ({ fold, exit } = yield* runOnce(setting, { ...job, continues: false, isRetry: true }, signal));
  }
  const stderrTail = setting.redactor.text(exit.stderrTail).slice(-4096);
  if (stderrTail !== '') setting.log.info(`${input.agent} wrote on stderr`, { stderrTail });
  return buildOutput(input, fold, { ...exit, stderrTail }, facts(await version));
}

interface OneRun {
  readonly adapter: AgentAdapter;
  readonly program: string;
  readonly scratchDir: string;
  readonly systemPromptFile: string;
  readonly continues: boolean;
  readonly isRetry: boolean;
}

interface OneEnding {
  readonly fold: RunFold;
  readonly exit: AgentExit;
  /** Whether it failed before its first event over the session it was to continue. */
  readonly isStale: boolean;
}

async function* runOnce(
  setting: RunSetting,
  run: OneRun,
  signal: AbortSignal,
): AsyncGenerator<RunFact, OneEnding, undefined> {
  const { input, redactor, config } = setting;
  await mkdir(config.groupDir, { recursive: true });
  const prepared = await run.adapter.prepare(toJob(setting, run));
  const reader = { parseLine: prepared.parseLine, isDisposable: run.adapter.isDisposable };
  const fold = new RunFold(input, redactor);
  await using agent = new SupervisedAgent(toCommand(setting, run, prepared), input.timeouts, setting.control);
  const cancel = (): void => agent.stop({ reason: 'cancelled' });
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for await (const lines of agent.lines()) {
      const nowMs = performance.now();
      for (const line of lines) {
        for (const fact of fold.takeLine(line, reader, nowMs)) yield fact;
        if (fold.passedLimit !== undefined) agent.stop({ reason: 'limit', detail: fold.passedLimit });
        agent.isFinished = fold.finished !== 'no';
      }
      direct(agent, fold);
    }
    yield* fold.end();
    const exit = await agent.exit();
    // By a code of its own: a signal tells nothing of the session.
    const failedAtStart =
      fold.eventCount === 0 && (exit.exitCode ?? 0) !== 0 && exit.termination === undefined;
    return { fold, exit, isStale: failedAtStart && prepared.resumes && exit.startError === undefined };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Tells the supervisor what the events mean for it. */
function direct(agent: SupervisedAgent, fold: RunFold): void {
  if (fold.eventCount > 0) agent.begin();
  agent.isToolRunning = fold.tools.isRunning;
  if (fold.finished === 'settled') agent.settle(SETTLED_GRACE_MS);
  else agent.settle(fold.finished === 'yes' && !fold.isBusy ? FINISHED_GRACE_MS : undefined);
}

function toJob(setting: RunSetting, run: OneRun): AgentJob {
  const { input, config } = setting;
  return {
    input,
    agentDir: config.lookUp(run.adapter.stateDir.variable) ?? run.adapter.stateDir.path,
    scratchDir: run.scratchDir,
    systemPromptFile: run.systemPromptFile,
    tools: enabledTools(input, run.adapter),
    extensions: [],
    continues: run.continues,
    modelsFile: config.lookUp(run.adapter.modelsVariable),
  };
}

function toCommand(setting: RunSetting, run: OneRun, prepared: PreparedAgent): AgentCommand {
  const { input, requestId, config, log } = setting;
  const { env, leftOut } = buildAgentEnvironment(input, requestId, config, prepared.env);
  if (leftOut.length > 0 && !run.isRetry)
    log.warn(`secrets with reserved names are left out: ${leftOut.join(', ')}`);
  return {
    file: run.program,
    args: prepared.args,
    env,
    cwd: config.groupDir,
    stdin: prepared.stdin,
    stopSignal: run.adapter.stopSignal,
    mark: [`TURNBOX_REQUEST_ID=${requestId}`, `TURNBOX_IPC_DIR=${config.ipcDir}`],
  };
}

function enabledTools(input: ContainerInput, adapter: AgentAdapter): readonly string[] {
  return [...new Set(input.tools ?? adapter.defaultTools)];
}

/** Makes a directory for what this run needs and nobody else may read; removed when disposed. */
async function openScratchDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'turnbox-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function writePrompt(setting: RunSetting, adapter: AgentAdapter, file: string): Promise<void> {
  const { input, requestId, config, log } = setting;
  const tools = enabledTools(input, adapter);
  const text = await buildPrompt(input, { requestId, tools, delegateTool: undefined }, config, log);
  await writeFile(file, text, { mode: 0o600 });
}
