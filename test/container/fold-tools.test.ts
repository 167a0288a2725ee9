import { describe, expect, test } from 'vitest';

import { ToolFold } from '../../container/agent-runner/fold-tools.ts';
import { createRedactor } from '../../container/agent-runner/redact.ts';

const KEY = 'sk-live-0123456789';

const start = (toolCallId: string, name: string, input: unknown = {}) =>
  ({ type: 'tool_start', toolCallId, name, input }) as const;

const end = (toolCallId: string, name: string, output = '', isError = false) =>
  ({ type: 'tool_end', toolCallId, name, isError, output }) as const;

/** Three calls: one that fails, one still running, one name twice. */
function threeCalls(): ToolFold {
  const fold = new ToolFold(createRedactor([]));
  fold.start(start('1', 'bash', { command: 'ls\n  -l', timeout: 5 }), 0);
  fold.end(end('1', 'bash', 'a.txt\nb.txt\n'), 5);
  fold.start(start('2', 'read', { path: 'missing' }), 5);
  fold.end(end('2', 'read', 'ENOENT', true), 6);
  fold.start(start('3', 'bash', { n: 1 }), 7);
  return fold;
}

describe('facts', () => {
  test('of a call have its input, output and duration', () => {
    const fold = new ToolFold(createRedactor([]));

    expect(fold.start(start('c1', 'read', { path: 'a' }), 1000)).toEqual(start('c1', 'read', { path: 'a' }));
    expect(fold.end(end('c1', 'read', 'text', true), 1250)).toEqual({
      type: 'tool_end',
      toolCallId: 'c1',
      name: 'read',
      isError: true,
      output: 'text',
      truncated: false,
      durationMs: 250,
    });
  });

  test('of an end without a start have no duration', () => {
    expect(new ToolFold(createRedactor([])).end(end('x', 'read'), 99)).toMatchObject({ durationMs: 0 });
  });

  test('have whole durations where the clock has fractions', () => {
    const fold = new ToolFold(createRedactor([]));
    fold.start(start('c1', 'read'), 1000.25);

    expect(fold.end(end('c1', 'read'), 1001)).toMatchObject({ durationMs: 1 });
  });

  test('have the first 4 KiB of an output, in whole characters', () => {
    const fold = new ToolFold(createRedactor([]));

    expect(fold.end(end('c', 'bash', 'x' + '€'.repeat(2000)), 0)).toMatchObject({
      output: 'x' + '€'.repeat(1365),
      truncated: true,
    });
    expect(fold.end(end('c', 'bash', 'x'.repeat(4096)), 0)).toMatchObject({ truncated: false });
  });

  test('have no secret, not in a name or an id either', () => {
    const fold = new ToolFold(createRedactor([KEY]));

    const facts = [
      fold.start(start(`id-${KEY}`, `tool_${KEY}`, { [KEY]: [`echo ${KEY}`] }), 0),
      fold.end(end(`id-${KEY}`, `tool_${KEY}`, 'x'.repeat(4090) + KEY), 0),
    ];

    expect(facts).toEqual([
      start('id-[redacted]', 'tool_[redacted]', { '[redacted]': ['echo [redacted]'] }),
      {
        ...end('id-[redacted]', 'tool_[redacted]', 'x'.repeat(4090) + '[redac'),
        truncated: true,
        durationMs: 0,
      },
    ]);
    expect(fold.toListing('all')).not.toContain('sk-live');
  });
});

test('a call runs from its start to its end', () => {
  const fold = new ToolFold(createRedactor([]));

  fold.start(start('1', 'bash'), 0);
  fold.start(start('2', 'bash'), 0);
  fold.end(end('1', 'bash'), 0);
  expect([fold.isRunning, fold.total]).toEqual([true, 2]);
  fold.end(end('2', 'bash'), 0);
  expect([fold.isRunning, fold.total]).toEqual([false, 2]);
});

describe('the listing', () => {
  test.each([
    ['off', ''],
    ['new', 'Tools: bash, read'],
    ['all', 'Tools:\n- bash: ls -l\n- read: missing (failed)\n- bash: {"n":1}'],
    [
      'verbose',
      'Tools:\n- bash: ls -l\n    a.txt\n    b.txt\n- read: missing (failed)\n    ENOENT\n- bash: {"n":1}',
    ],
  ] as const)('of mode %s', (mode, expected) => {
    expect(threeCalls().toListing(mode)).toBe(expected);
  });

  test.each(['off', 'new', 'all', 'verbose'] as const)('of mode %s is empty without calls', (mode) => {
    expect(new ToolFold(createRedactor([])).toListing(mode)).toBe('');
  });

  test('has the first 160 characters of an input and 500 of an output', () => {
    const fold = new ToolFold(createRedactor([]));
    fold.start(start('1', 'bash', { command: 'c'.repeat(161) }), 0);
    fold.end(end('1', 'bash', 'o'.repeat(501)), 0);

    expect(fold.toListing('verbose')).toBe(`Tools:\n- bash: ${'c'.repeat(160)}\n    ${'o'.repeat(500)}`);
  });

  test('has every call where an id comes again, each with its own output', () => {
    const fold = new ToolFold(createRedactor([]));
    fold.start(start('1', 'bash', { command: 'ls' }), 0);
    fold.end(end('1', 'bash', 'first'), 0);
    fold.start(start('1', 'read', { path: 'a' }), 0);
    fold.end(end('1', 'read', 'second', true), 0);

    expect(fold.toListing('verbose')).toBe('Tools:\n- bash: ls\n    first\n- read: a (failed)\n    second');
  });

  test('gives a listed call no output of an unlisted one of its id', () => {
    const fold = new ToolFold(createRedactor([]));
    for (let index = 0; index < 1000; index += 1) fold.start(start(`${index}`, 'ls'), 0);
    fold.start(start('0', 'read'), 0);
    fold.end(end('0', 'read', 'of the unlisted', true), 0);

    const listing = fold.toListing('verbose');

    expect(listing).not.toContain('of the unlisted');
    expect(listing).not.toContain('(failed)');
    expect(listing.split('\n').at(-1)).toBe('… and 1 more');
  });

  test.each([
    ['no input', undefined, '- t'],
    ['null', null, '- t'],
    ['a string', 'abc', '- t: "abc"'],
    ['an array', [1], '- t: [1]'],
    ['a telling field that is no string', { path: 1 }, '- t: {"path":1}'],
  ])('describes an input that is %s', (_, input, line) => {
    const fold = new ToolFold(createRedactor([]));
    fold.start({ type: 'tool_start', toolCallId: '1', name: 't', input }, 0);

    expect(fold.toListing('all')).toBe(`Tools:\n${line}`);
  });

  test('has the first 1000 calls and how many more there were', () => {
    const fold = new ToolFold(createRedactor([]));
    for (let index = 0; index < 1003; index += 1) fold.start(start(`${index}`, 'ls'), 0);

    const lines = fold.toListing('all').split('\n');

    expect(lines).toHaveLength(1002);
    expect(lines.at(-1)).toBe('… and 3 more');
  });
});
