import { beforeEach, expect, test, vi } from 'vitest';

import type { OutputSink } from '../../../host/cli/cli-io.ts';
import { pickGlyphs } from '../../../host/cli/glyphs.ts';
import { pickView } from '../../../host/cli/pick-view.ts';
import { showRun } from '../../../host/cli/show-run.ts';
import { pickStyle } from '../../../host/cli/style.ts';
import { type ContainerOutput, type RunFact, startEventStamper } from '../../../ipc-schemas/index.ts';

const OUTPUT: ContainerOutput = {
  status: 'success',
  result: 'Done.',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 3250,
  schemaVersion: 1,
  usage: { totalTokens: 1234, costUsd: 0.0123, toolCalls: 1 },
};

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** What a person sees at the end: redrawn lines are gone. Fails where a line is drawn over text. */
function toScreen(written: string): string {
  const lines = [''];
  for (const piece of written.split(/(\r\u001b\[K|\n)/)) {
    if (piece === '\n') lines.push('');
    else if (piece === '\r\u001b[K') lines[lines.length - 1] = '';
    else lines[lines.length - 1] += piece;
  }
  return lines.join('\n');
}

async function show(facts: readonly RunFact[], output: ContainerOutput, reasoning?: string) {
  let written = '';
  const sink: OutputSink = {
    isTerminal: true,
    canRedraw: true,
    columns: 60,
    style: pickStyle(false, {}),
    closed: new AbortController().signal,
    write: (text) => {
      written += text;
      return Promise.resolve();
    },
  };
  const io = { stdout: sink, stderr: sink, glyphs: pickGlyphs({ LANG: 'C.UTF-8' }) };
  using view = pickView({ ...(reasoning !== undefined && { reasoning }) }, io);
  await showRun(replay(facts, output), view);
  const before = written;
  vi.advanceTimersByTime(1000);

  // Nothing goes on drawing behind the end.
  expect(written).toBe(before);
  return { written, screen: toScreen(written) };
}

async function* replay(facts: readonly RunFact[], output: ContainerOutput) {
  const stamp = startEventStamper();
  for (const fact of facts) {
    yield stamp(fact);
    // The status line ticks meanwhile.
    await vi.advanceTimersByTimeAsync(250);
  }
  return output;
}

const TOOL: readonly RunFact[] = [
  { type: 'tool_start', toolCallId: 'c1', name: 'bash', input: { command: 'ls -la' } },
  {
    type: 'tool_end',
    toolCallId: 'c1',
    name: 'bash',
    isError: false,
    output: '',
    truncated: false,
    durationMs: 12,
  },
];

test('text, tools and the closing line stand apart, and no status line is left', async () => {
  const { screen, written } = await show(
    [
      { type: 'notice', level: 'warning', text: 'mind the gap' },
      { type: 'run_start', requestId: 'r1', agent: 'pi' },
      { type: 'text_delta', text: 'Let me ', messageId: 'm1' },
      { type: 'text_delta', text: 'look.', messageId: 'm1' },
      { type: 'text_end', text: 'Let me look.', messageId: 'm1' },
      ...TOOL,
      { type: 'text_delta', text: 'Done.', messageId: 'm2' },
      { type: 'text_end', text: 'Done.', messageId: 'm2' },
      { type: 'usage', totalTokens: 1234 },
      { type: 'run_end', status: 'success' },
    ],
    OUTPUT,
  );

  expect(screen).toBe(
    [
      'turnbox: warning: mind the gap',
      '',
      'Let me look.',
      '  ✓ bash: ls -la (12 ms)',
      '',
      'Done.',
      '',
      '1,234 tokens · $0.0123 · 3.2 s · 1 tool call',
      '',
    ].join('\n'),
  );
  expect(written).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] bash: ls -la · 1\.2 s/u);
});

test('an answer that was not streamed is shown, and what follows a streamed one too', async () => {
  const streamed: RunFact[] = [
    { type: 'text_delta', text: 'Done.', messageId: 'm1' },
    { type: 'text_end', text: 'Done.', messageId: 'm1' },
  ];
  const { screen: whole } = await show([], OUTPUT);
  const { screen: more } = await show(streamed, { ...OUTPUT, result: 'Done.\n\nTools:\n- bash' });

  expect(whole).toMatch(/^Done\.\n\n1,234 tokens/);
  expect(more).toMatch(/^Done\.\n\nTools:\n- bash\n\n1,234 tokens/);
});

test('escape sequences of the model and of tools are not passed on', async () => {
  const { written } = await show(
    [
      { type: 'tool_start', toolCallId: 'c1', name: 'bash', input: { command: 'echo \u001b[2J' } },
      { ...TOOL[1], output: '\u001b[2J' } as RunFact,
      { type: 'notice', level: 'warning', text: 'a\u001b[2Jb' },
      { type: 'text_delta', text: 'x\u001b', messageId: 'm1' },
      { type: 'text_delta', text: '[2Jy\u009b2J', messageId: 'm1' },
      { type: 'text_end', text: 'x\u001b[2Jy\u009b2J', messageId: 'm1' },
    ],
    { ...OUTPUT, result: 'x\u001b[2Jy\u009b2J' },
  );

  expect(written).not.toContain('\u001b[2J');
  expect(written).not.toContain('\u009b');
  expect(written).toContain('x[2Jy2J\n');
});

test('a failure says whether the text above it is partial', async () => {
  const { screen } = await show([{ type: 'text_delta', text: 'half an ans', messageId: 'm1' }], {
    ...OUTPUT,
    status: 'error',
    result: null,
    errorCode: 'RATE_LIMITED',
    error: '429:\nslow down',
    retryable: true,
    retryAfterMs: 12_000,
    partial: 'half an ans',
  });

  expect(screen).toBe(
    [
      'half an ans',
      '',
      'turnbox: RATE_LIMITED: 429: slow down',
      '  try: this may pass: try again in 12.0 s',
      '  The text above is partial: the run did not finish.',
      '',
    ].join('\n'),
  );
});

test('reasoning is shown only where it was asked for', async () => {
  const facts: RunFact[] = [
    { type: 'reasoning_delta', text: 'Hm.' },
    { type: 'text_delta', text: 'Done.', messageId: 'm1' },
    { type: 'text_end', text: 'Done.', messageId: 'm1' },
  ];

  expect((await show(facts, OUTPUT)).screen).toMatch(/^Done\.\n\n1,234/);
  expect((await show(facts, OUTPUT, 'stream')).screen).toMatch(/^Hm\.\n\nDone\.\n\n1,234/);
});

test('a run is ended where showing it fails', async () => {
  let isEnded = false;
  async function* breaking() {
    try {
      return yield* replay([{ type: 'text_delta', text: 'x', messageId: 'm1' }], OUTPUT);
    } finally {
      isEnded = true;
    }
  }
  const view = {
    take: () => Promise.reject(new Error('the screen broke')),
    stop: () => undefined,
    end: () => undefined,
    [Symbol.dispose]: () => undefined,
  };

  await expect(showRun(breaking(), view)).rejects.toThrow('the screen broke');
  expect(isEnded).toBe(true);
});
