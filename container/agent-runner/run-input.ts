import {
  type ContainerInput,
  type ContainerOutput,
  type ErrorCode,
  failedOutput,
  type RunFact,
  startEventStamper,
} from '../../ipc-schemas/index.ts';
import type { RunnerConfig } from './config.ts';
import { ReasoningDelivery } from './deliver.ts';
import { type Answer, answerDefect, factsOf, type KnownRun } from './known-run.ts';
import { createLog } from './log.ts';
import { type ParsedInput, parseInput } from './parse-input.ts';
import { readInput } from './read-input.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { runAgent, type RunSetting } from './run-agent.ts';
import type { ProcessControl } from './supervise-agent.ts';
import type { OutputWriter } from './write-output.ts';

/** What the process lends to the program. */
export interface RunnerEdge {
  readonly stdin: NodeJS.ReadableStream & { destroy(error?: Error): unknown };
  readonly writer: OutputWriter;
  readonly writeStderr: (text: string) => void;
  readonly control: ProcessControl;
}

/**
 * Takes one input from stdin to its answer: reads, checks, runs the agent, writes events.
 *
 * What it learns of the run it notes in `known`. The frame is left to the caller, who writes one in every case.
 */
export async function runInput(
  edge: RunnerEdge,
  config: RunnerConfig,
  known: KnownRun,
  signal: AbortSignal,
): Promise<Answer> {
  const bytes = await readInput(edge.stdin, config.stdinFirstByteMs, signal);
  if (bytes.kind === 'cancelled') {
    return fail(known, 'RUN_CANCELLED', 'the run was cancelled before its input was read');
  }
  if (bytes.kind === 'failed') return fail(known, 'INPUT_INVALID', bytes.problem);
  const parsed = parseInput(bytes.bytes);
  known.style = { ...known.style, nonce: parsed.outputNonce };
  known.requestId = parsed.requestId;
  known.agent = parsed.agent;
  if (parsed.kind === 'invalid') return fail(known, 'INPUT_INVALID', parsed.problem);
  known.redactor = createRedactor(Object.values(parsed.input.secrets));
  return { output: await runParsed(edge, config, { ...known, ...parsed }, signal), style: known.style };
}

function fail(known: KnownRun, code: ErrorCode, problem: string): Answer {
  return { output: failedOutput(factsOf(known), code, problem), style: known.style };
}

async function runParsed(
  edge: RunnerEdge,
  config: RunnerConfig,
  parsed: KnownRun & Extract<ParsedInput, { kind: 'input' }>,
  signal: AbortSignal,
): Promise<ContainerOutput> {
  const { input, requestId, redactor } = parsed;
  const log = createLog(edge.writeStderr, redactor);
  for (const warning of [...config.warnings, ...parsed.warnings]) log.warn(warning);
  const setting: RunSetting = { input, requestId, config, redactor, log, control: edge.control };
  const stamp = startEventStamper();
  const emit = async (fact: RunFact): Promise<void> => {
    if (isWanted(fact, input.events)) await edge.writer.writeEvent(stamp(fact));
  };
  const reasoning =
    input.reasoningLevel === 'stream' && !input.isScheduledTask
      ? new ReasoningDelivery(input, requestId, config.ipcDir, log)
      : undefined;
  const run = runAgent(setting, signal);
  let output: ContainerOutput;
  try {
    let step = await run.next();
    for (; step.done !== true; step = await run.next()) {
      await emit(step.value);
      await reasoning?.take(step.value);
    }
    await reasoning?.end();
    output = step.value;
  } catch (error) {
    output = answerDefect(parsed, error, edge.writeStderr).output;
    // Where it was not the run that failed, the agent is still running.
    await run.return(output);
  }
  await emit({ type: 'run_end', status: output.status });
  return redactOutput(output, redactor);
}

/** The fields of an output that may repeat what the agent or a machine said; its other words are the contract's. */
const FREE_TEXTS = ['result', 'error', 'partial', 'sessionId'] as const;

function redactOutput(output: ContainerOutput, redactor: Redactor): ContainerOutput {
  const redacted = FREE_TEXTS.flatMap((name) => {
    const text = output[name];
    return typeof text === 'string' ? [[name, redactor.text(text)]] : [];
  });
  return { ...output, ...(Object.fromEntries(redacted) as Partial<ContainerOutput>) };
}

function isWanted(fact: RunFact, level: ContainerInput['events']): boolean {
  if (level === 'none') return false;
  if (level === 'all') return true;
  return fact.type !== 'text_delta' && fact.type !== 'reasoning_delta';
}
