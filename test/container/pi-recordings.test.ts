import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { piAdapter } from '../../container/agent-runner/agents/pi.ts';
import { parsePiLine } from '../../container/agent-runner/agents/pi-events.ts';
import { buildOutput } from '../../container/agent-runner/build-output.ts';
import { RunFold } from '../../container/agent-runner/fold-run.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';
import {
  type ContainerOutput,
  type ErrorCode,
  type Line,
  LineSplitter,
  type RunFact,
  type Usage,
} from '../../ipc-schemas/index.ts';
import { startRandom } from '../ipc-schemas/random.ts';
import { sampleInput } from './sample-input.ts';

const TRANSCRIPTS = new URL('../fixtures/transcripts/', import.meta.url);
const LARGEST_FOR_ONE_BYTE_PIECES = 40_000;

const UNICODE =
  'LS\u2028PS\u2029NEL\u0085 BOM\uFEFF emoji 😀👩\u200D👩\u200D👧\u200D👦🇳🇱 zalgo a\u0301 rtl \u202Eabc nul\0 esc\u001b[31m äöü 漢字 \\n "quoted"\r\nend';
const MARKER = 'before\n---OUTPUT_START---\n{"status":"fake"}\n---OUTPUT_END---\nafter';

/** What a recorded run comes to. */
interface Outcome {
  readonly ending: Pick<
    ContainerOutput,
    'status' | 'result' | 'errorCode' | 'retryable' | 'partial' | 'stopReason'
  >;
  readonly usage: Usage;
  readonly tools: readonly string[];
  readonly retries: number;
  readonly notices: number;
}

interface Rest {
  readonly tools?: readonly string[];
  readonly usage?: Usage;
  readonly turns?: number;
  readonly retries?: number;
  readonly notices?: number;
  readonly stopReason?: 'stop' | 'length';
  readonly partial?: string;
}

/** Each answer of the scripted model counts 60, 20 and 40 tokens; only one of its APIs has a price. */
function billed(answers: number, costUsd?: number): Usage {
  return {
    inputTokens: 60 * answers,
    outputTokens: 20 * answers,
    totalTokens: 120 * answers,
    cacheReadTokens: 40 * answers,
    cacheWriteTokens: 0,
    ...(costUsd !== undefined && { costUsd }),
  };
}

const ONCE = billed(1, 0.000104);
const TWICE = billed(2, 0.000208);
const THRICE = billed(3, 0.000312);
const UNPRICED = billed(1);
/** A broken stream whose beginning was counted, once or twice. */
const BROKEN = {
  inputTokens: 60,
  outputTokens: 1,
  totalTokens: 101,
  cacheReadTokens: 40,
  cacheWriteTokens: 0,
};
const BROKEN_TWICE = {
  inputTokens: 120,
  outputTokens: 2,
  totalTokens: 202,
  cacheReadTokens: 80,
  cacheWriteTokens: 0,
};

function answers(result: string, rest: Rest = {}): Outcome {
  const { usage = ONCE, turns = 1, stopReason = 'stop' } = rest;
  return toOutcome({ status: 'success', result, stopReason }, { ...rest, usage, turns });
}

function fails(errorCode: ErrorCode, retryable: boolean, rest: Rest = {}): Outcome {
  const { partial } = rest;
  return toOutcome(
    { status: 'error', result: null, errorCode, retryable, ...(partial !== undefined && { partial }) },
    rest,
  );
}

function toOutcome(ending: Outcome['ending'], rest: Rest): Outcome {
  const { tools = [], usage = {}, turns = 0, retries = 0, notices = 0 } = rest;
  // What was killed before any answer names no model.
  const isNamed = ending.errorCode !== 'AGENT_FAILED' || turns > 0;
  return {
    ending,
    usage: {
      ...usage,
      ...(isNamed && { provider: 'fake', model: 'fake-1' }),
      turns,
      toolCalls: tools.length,
    },
    tools,
    retries,
    notices,
  };
}

const HELLO = answers('Hello from the fake model.');
const THOUGHT = answers('Thought about it.');
const BASH = answers('The command printed tool-output-42.', { tools: ['bash'], usage: TWICE, turns: 2 });
const THREE_CALLS = answers('Did three calls.', {
  tools: ['bash', 'read', 'write'],
  usage: THRICE,
  turns: 3,
});
const CUT = fails('PROVIDER_ERROR', true, { partial: 'This reply will be c', retries: 3 });
const CUT_SOON = fails('PROVIDER_ERROR', true, { partial: 'This reply w', retries: 1 });
const TOO_LONG = answers('Ran out of tok', { stopReason: 'length' });
const NO_KEY = fails('AUTH_FAILED', false);

/** What pi 0.73.1 and 1.5.2 have in common. */
const EVERY_VERSION: Readonly<Record<string, Outcome>> = {
  'anthropic-messages-bash': answers('The command printed tool-output-42.', {
    tools: ['bash'],
    usage: billed(2),
    turns: 2,
  }),
  'anthropic-messages-cut': fails('PROVIDER_ERROR', true, {
    partial: 'This reply will ',
    usage: BROKEN_TWICE,
    retries: 1,
  }),
  'anthropic-messages-err529': fails('PROVIDER_OVERLOADED', true, { retries: 1 }),
  'anthropic-messages-length': answers('Ran out of tok', { usage: UNPRICED, stopReason: 'length' }),
  'anthropic-messages-text': answers('Hello from the fake model.', { usage: UNPRICED }),
  'anthropic-messages-thinking': answers('Thought about it.', { usage: UNPRICED }),
  badtool: answers('That tool does not exist.', { tools: ['no_such_tool'], usage: TWICE, turns: 2 }),
  bash: BASH,
  bashfail: answers('The command failed.', { tools: ['bash'], usage: TWICE, turns: 2 }),
  compaction: answers('Hello from the fake model.', { usage: UNPRICED }),
  cut: CUT,
  cutonce: answers('This reply was cut once.', { retries: 1 }),
  cuttool: fails('PROVIDER_ERROR', true, { retries: 3 }),
  delegate: answers('Delegated.', { tools: ['delegate_to_coder'], usage: TWICE, turns: 2 }),
  empty: fails('EMPTY_RESPONSE', true, { usage: ONCE, turns: 1 }),
  err400: fails('PROVIDER_ERROR', false),
  err401: NO_KEY,
  err404: fails('MODEL_NOT_FOUND', false),
  err429: fails('RATE_LIMITED', true, { retries: 3 }),
  err500: fails('PROVIDER_ERROR', true, { retries: 3 }),
  err529: fails('PROVIDER_OVERLOADED', true, { retries: 3 }),
  grep: answers('Searched.', { tools: ['grep', 'find'], usage: THRICE, turns: 3 }),
  length: TOO_LONG,
  marker: answers(MARKER),
  midfail: fails('PROVIDER_ERROR', true, { tools: ['bash'], usage: ONCE, turns: 1, retries: 3 }),
  'openai-responses-bash': answers('The command printed tool-output-42.', {
    tools: ['bash'],
    usage: billed(2),
    turns: 2,
  }),
  'openai-responses-cut': CUT_SOON,
  'openai-responses-text': answers('Hello from the fake model.', { usage: UNPRICED }),
  'openai-responses-thinking': answers('Thought about it.', { usage: UNPRICED }),
  overflow: fails('CONTEXT_OVERFLOW', false),
  read: answers('Read README.md.', { tools: ['read'], usage: TWICE, turns: 2 }),
  several: THREE_CALLS,
  'sigterm-sleep': fails('AGENT_FAILED', false, { tools: ['bash'], usage: ONCE, turns: 1 }),
  'sigterm-slow': fails('AGENT_FAILED', false, { partial: 'one two thre' }),
  'sigterm-stall': fails('AGENT_FAILED', false),
  'sleep-2': answers('Slept.', { tools: ['bash'], usage: TWICE, turns: 2 }),
  'slow-200': answers('one two three four five six seven eight nine ten'),
  surrogates: answers('a😀b👩‍👩‍👧c'),
  text: HELLO,
  thinking: THOUGHT,
  unicode: answers(UNICODE),
  write: answers('Wrote notes/hello.txt.', { tools: ['write'], usage: TWICE, turns: 2 }),
};

const RECORDINGS: Readonly<Record<string, Readonly<Record<string, Outcome>>>> = {
  'pi-0.73.1': {
    ...EVERY_VERSION,
    'anthropic-messages-eof': fails('PROVIDER_ERROR', true, { partial: 'This stream ends', usage: BROKEN }),
    bigtool: answers('Counted.', { tools: ['bash'], usage: TWICE, turns: 2 }),
    // This version gives a stream that broke off as a normal end, without usage: the notice says so.
    eof: answers('This stream ends wit', { usage: {}, notices: 1 }),
    'openai-responses-eof': answers('This stream ', { usage: {}, notices: 1 }),
    'openai-responses-length': answers('Ran out of tok', { usage: {}, notices: 1 }),
    // Its provider library retries out of sight.
    'flaky529-2': answers('Recovered after overload.'),
    'openai-responses-err529': fails('PROVIDER_OVERLOADED', true, { retries: 1 }),
  },
  'pi-0.87.1': {
    bash: BASH,
    bigtool: answers('Counted.', { tools: ['bash'], usage: TWICE, turns: 2 }),
    cut: CUT,
    eof: fails('PROVIDER_ERROR', true, { partial: 'This stream ends wit', retries: 3 }),
    err401: NO_KEY,
    'flaky529-2': answers('Recovered after overload.', { retries: 2 }),
    length: TOO_LONG,
    marker: answers(MARKER),
    several: THREE_CALLS,
    surrogates: answers('a😀b👩‍👩‍👧c'),
    text: HELLO,
    thinking: THOUGHT,
    unicode: answers(UNICODE),
  },
  'pi-1.5.2': {
    ...EVERY_VERSION,
    'anthropic-messages-eof': fails('PROVIDER_ERROR', true, {
      partial: 'This stream ends',
      usage: BROKEN_TWICE,
      retries: 1,
    }),
    eof: fails('PROVIDER_ERROR', true, { partial: 'This stream ends wit', retries: 3 }),
    'openai-responses-eof': fails('PROVIDER_ERROR', true, { partial: 'This stream ', retries: 1 }),
    'openai-responses-length': answers('Ran out of tok', { usage: UNPRICED, stopReason: 'length' }),
    'flaky529-2': answers('Recovered after overload.', { retries: 2 }),
    // The status does not begin the message here, so it counts as none.
    'openai-responses-err529': fails('PROVIDER_ERROR', true, { retries: 1 }),
  },
};

interface Recording {
  readonly bytes: Uint8Array;
  readonly exitCode: number;
}

function readRecording(version: string, name: string): Recording {
  const url = new URL(`${version}/${name}`, TRANSCRIPTS);
  const meta = JSON.parse(readFileSync(`${url.pathname}.meta.json`, 'utf8')) as Recording;
  return { bytes: readFileSync(`${url.pathname}.ndjson`), exitCode: meta.exitCode };
}

/** Folds a recording that arrives in these pieces as the runner does. */
function fold(pieces: Iterable<Uint8Array>, exitCode: number): { facts: RunFact[]; output: ContainerOutput } {
  const input = sampleInput({ events: 'all' });
  const run = new RunFold(input, createRedactor([]));
  const reader = { parseLine: parsePiLine, isDisposable: piAdapter.isDisposable };
  const splitter = new LineSplitter();
  const facts: RunFact[] = [];
  const take = (lines: readonly Line[]): void => {
    for (const line of lines) facts.push(...run.takeLine(line, reader, 0));
  };
  for (const piece of pieces) take(splitter.push(piece));
  take(splitter.end());
  facts.push(...run.end());
  const exit = { exitCode, signal: undefined, termination: undefined, startError: undefined, stderrTail: '' };
  const output = buildOutput(input, run, exit, { requestId: 'r1', agent: { name: 'pi' }, durationMs: 0 });
  return { facts, output };
}

function summarise(facts: readonly RunFact[], output: ContainerOutput): Outcome {
  const { status, result, errorCode, retryable, partial, stopReason, usage = {} } = output;
  const known = { errorCode, retryable, partial, stopReason };
  return {
    ending: {
      status,
      result,
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    },
    usage,
    tools: facts.flatMap((fact) => (fact.type === 'tool_start' ? [fact.name] : [])),
    retries: facts.filter((fact) => fact.type === 'retry').length,
    notices: facts.filter((fact) => fact.type === 'notice').length,
  };
}

function* cut(bytes: Uint8Array, nextLength: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const end = at + nextLength();
    yield bytes.subarray(at, end);
    at = end;
  }
}

/** Deltas joined and text at the end, a message an entry. */
function textByMessage(facts: readonly RunFact[]): Map<string, { deltas: string; end: string | undefined }> {
  const messages = new Map<string, { deltas: string; end: string | undefined }>();
  for (const fact of facts) {
    if (fact.type !== 'text_delta' && fact.type !== 'text_end') continue;
    const known = messages.get(fact.messageId) ?? { deltas: '', end: undefined };
    if (fact.type === 'text_delta') known.deltas += fact.text;
    else known.end = fact.text;
    messages.set(fact.messageId, known);
  }
  return messages;
}

const rows = Object.entries(RECORDINGS).flatMap(([version, outcomes]) =>
  Object.entries(outcomes).map(([name, outcome]) => ({ version, name, outcome })),
);

test('every recording has an expected outcome', () => {
  const recorded = readdirSync(TRANSCRIPTS).flatMap((version) =>
    readdirSync(new URL(version, TRANSCRIPTS))
      .filter((file) => file.endsWith('.ndjson'))
      .map((file) => `${version}/${file.replace('.ndjson', '')}`),
  );

  expect(rows.map(({ version, name }) => `${version}/${name}`).sort()).toEqual(recorded.sort());
});

describe.each(rows)('$version $name', ({ version, name, outcome }) => {
  const { bytes, exitCode } = readRecording(version, name);
  const whole = fold([bytes], exitCode);

  test('comes to its outcome', () => {
    expect(summarise(whole.facts, whole.output)).toEqual(outcome);
  });

  test('has no line that is not understood', () => {
    expect(whole.facts.filter((fact) => fact.type === 'unparsed')).toEqual([]);
  });

  test('gives deltas that join to the text of their message', () => {
    for (const { deltas, end } of textByMessage(whole.facts).values()) expect(deltas).toBe(end);
  });

  test('gives the same when it arrives in random pieces', () => {
    const random = startRandom(bytes.length);

    expect(
      fold(
        cut(bytes, () => 1 + random(3000)),
        exitCode,
      ),
    ).toEqual(whole);
  });
});

const smallRows = rows.filter(
  ({ version, name }) => readRecording(version, name).bytes.length < LARGEST_FOR_ONE_BYTE_PIECES,
);

test.each(smallRows)('$version $name gives the same when it arrives byte by byte', ({ version, name }) => {
  const { bytes, exitCode } = readRecording(version, name);

  const inBytes = fold(
    cut(bytes, () => 1),
    exitCode,
  );

  expect(inBytes).toEqual(fold([bytes], exitCode));
});
