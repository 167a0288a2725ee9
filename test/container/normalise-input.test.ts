import { describe, expect, test } from 'vitest';

import { type KnownFields, normaliseInput } from '../../container/agent-runner/normalise-input.ts';

const KNOWN: KnownFields = new Map([
  ['prompt', undefined],
  ['codingHint', undefined],
  ['thinkLevel', undefined],
  ['reasoningLevel', undefined],
  ['verboseMode', undefined],
  ['noContinue', undefined],
  ['secrets', undefined],
  ['timeouts', new Set(['wallMs', 'stallMs'])],
  ['limits', new Set(['maxCostUsd'])],
  ['tools', undefined],
]);

const normalise = (raw: Record<string, unknown>): ReturnType<typeof normaliseInput> =>
  normaliseInput(raw, KNOWN);

describe('a hand-typed field', () => {
  test.each([
    ['thinkLevel', 'on', 'low'],
    ['thinkLevel', 'enable', 'low'],
    ['thinkLevel', 'enabled', 'low'],
    ['thinkLevel', 'min', 'minimal'],
    ['thinkLevel', 'mid', 'medium'],
    ['thinkLevel', 'med', 'medium'],
    ['thinkLevel', 'ultra', 'xhigh'],
    ['thinkLevel', 'x-high', 'xhigh'],
    ['thinkLevel', 'x_high', 'xhigh'],
    ['thinkLevel', 'none', 'off'],
    ['thinkLevel', 'false', 'off'],
    ['thinkLevel', false, 'off'],
    ['thinkLevel', '0', 'off'],
    ['thinkLevel', 0, 'off'],
    ['thinkLevel', -0, 'off'],
    ['thinkLevel', ' \tHigh\n', 'high'],
    ['thinkLevel', 'MAX', 'max'],
    ['reasoningLevel', 'false', 'off'],
    ['reasoningLevel', false, 'off'],
    ['reasoningLevel', 'no', 'off'],
    ['reasoningLevel', 0, 'off'],
    ['reasoningLevel', 'true', 'on'],
    ['reasoningLevel', true, 'on'],
    ['reasoningLevel', 'yes', 'on'],
    ['reasoningLevel', 1, 'on'],
    ['reasoningLevel', 'streaming', 'stream'],
    ['reasoningLevel', 'Live', 'stream'],
    ['verboseMode', false, 'off'],
    ['verboseMode', 'no', 'off'],
    ['verboseMode', 0, 'off'],
    ['verboseMode', 'on', 'all'],
    ['verboseMode', true, 'all'],
    ['verboseMode', 'yes', 'all'],
    ['verboseMode', '1', 'all'],
    ['verboseMode', 'FULL', 'verbose'],
    ['verboseMode', 'new', 'new'],
    ['codingHint', ' Force_Delegate_Plan ', 'force_delegate_plan'],
    ['codingHint', 'AUTO', 'auto'],
  ])('%s takes %j as %s', (field, typed, expected) => {
    expect(normalise({ [field]: typed })).toEqual({ document: { [field]: expected }, warnings: [] });
  });

  test.each([
    ['thinkLevel', 'hardest', 'off, minimal, low, medium, high, xhigh, max', '"hardest"'],
    ['thinkLevel', true, 'off, minimal, low, medium, high, xhigh, max', 'the boolean true'],
    ['thinkLevel', 'constructor', 'off, minimal, low, medium, high, xhigh, max', '"constructor"'],
    ['reasoningLevel', 2, 'off, on, stream', 'the number 2'],
    ['reasoningLevel', '', 'off, on, stream', '""'],
    ['verboseMode', ['all'], 'off, new, all, verbose', 'an array of 1'],
    ['verboseMode', {}, 'off, new, all, verbose', 'an object'],
    [
      'codingHint',
      'delegate',
      'none, auto, force_delegate, force_delegate_execute, force_delegate_plan',
      '"delegate"',
    ],
    [
      'codingHint',
      false,
      'none, auto, force_delegate, force_delegate_execute, force_delegate_plan',
      'the boolean false',
    ],
  ])('%s with %j is left out with a warning', (field, typed, expected, found) => {
    expect(normalise({ [field]: typed })).toEqual({
      document: {},
      warnings: [`${field}: expected one of ${expected}, found ${found}; left out`],
    });
  });
});

describe('noContinue', () => {
  test.each([true, false])('stays %s without a warning', (noContinue) => {
    expect(normalise({ noContinue })).toEqual({ document: { noContinue }, warnings: [] });
  });

  test.each([
    ['true', '"true"'],
    [1, 'the number 1'],
    [{}, 'an object'],
  ])('with %j counts as false, with a warning', (noContinue, found) => {
    expect(normalise({ noContinue })).toEqual({
      document: { noContinue: false },
      warnings: [`noContinue: expected true or false, found ${found}; it counts as false`],
    });
  });
});

describe('null', () => {
  test('counts as absent at every level', () => {
    const raw = {
      prompt: null,
      noContinue: null,
      thinkLevel: null,
      secrets: { A: null, B: 'b' },
      timeouts: { wallMs: null, stallMs: 5 },
      limits: { maxCostUsd: null },
      tools: [null, 'read', null],
      unknownField: null,
    };

    expect(normalise(raw)).toEqual({
      document: { secrets: { B: 'b' }, timeouts: { stallMs: 5 }, limits: {}, tools: ['read'] },
      warnings: [],
    });
  });
});

describe('unknown fields', () => {
  test('are left out with one warning that names them', () => {
    const raw = { prompt: 'hi', replyTo: { a: 1 }, '': 2, 'x\ny': 3 };

    expect(normalise(raw)).toEqual({
      document: { prompt: 'hi' },
      warnings: [String.raw`unknown fields are ignored: "replyTo", "", "x\ny"`],
    });
  });

  test('are found below fields that have fields of their own', () => {
    const raw = { timeouts: { wallMs: 1, idleMs: 2, restMs: null }, limits: 5, secrets: { idleMs: 'x' } };

    expect(normalise(raw)).toEqual({
      document: { timeouts: { wallMs: 1, idleMs: 2 }, limits: 5, secrets: { idleMs: 'x' } },
      warnings: ['unknown fields are ignored: "timeouts.idleMs"'],
    });
  });

  test('are named up to the twentieth', () => {
    const raw = Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`f${index}`, 1]));

    const { document, warnings } = normalise(raw);

    expect(document).toEqual({});
    expect(warnings).toEqual([
      expect.stringMatching(/^unknown fields are ignored: "f0", .*"f19" and 3 more$/),
    ]);
  });
});

test('the raw document is left as it was', () => {
  const raw = Object.freeze({
    thinkLevel: 'ON',
    secrets: Object.freeze({ A: null }),
    tools: Object.freeze([null]),
  });

  expect(normalise(raw).document).toEqual({ thinkLevel: 'low', secrets: {}, tools: [] });
  expect(raw).toEqual({ thinkLevel: 'ON', secrets: { A: null }, tools: [null] });
});
