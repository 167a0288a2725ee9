import { describe, expect, test } from 'vitest';

import {
  type ContainerInput,
  ContainerInputSchema,
  describeInputProblems,
  describeValue,
  MAX_PROMPT_BYTES,
} from '../../ipc-schemas/index.ts';

const minimal = { prompt: 'hi', groupFolder: 'main', chatJid: 'cli:main' };

/** What is wrong with the document in words, or '' when nothing is. */
function problemsOf(document: unknown): string {
  const parsed = ContainerInputSchema.safeParse(document);
  return parsed.success ? '' : describeInputProblems(parsed.error, document);
}

const NAME =
  'a name of 1 to 64 letters, digits, dots, dashes and underscores that begins with a letter or digit and is not "global"';
const ID =
  'a name of 1 to 128 letters, digits, dots, dashes and underscores that begins with a letter or digit';
const PROMPT = 'a string, not blank, of at most 4 MiB of UTF-8';
const SHORT_TEXT = 'a string of 1 to 256 characters without NUL';
const ARGUMENT = 'a name of 1 to 256 characters that does not begin with "-" or a space';
const SECRETS = 'an object of environment variable names ([A-Za-z_][A-Za-z0-9_]*) to strings without NUL';
const TOOLS = 'a list of at most 256 tool names ([A-Za-z0-9_.:-], at most 128 characters each)';
const TIMEOUTS =
  'an object of wallMs, firstEventMs and stallMs, each a whole number of milliseconds from 1 to 2147483647';
const LIMITS =
  'an object of maxTotalTokens (whole, from 1), maxCostUsd (above 0) and maxToolCalls (whole, from 0)';
const NONCE = '16 to 64 letters and digits';
const HINTS = 'one of none, auto, force_delegate, force_delegate_execute, force_delegate_plan';

describe('ContainerInputSchema', () => {
  test('fills in every default', () => {
    const expected: ContainerInput = {
      prompt: 'hi',
      groupFolder: 'main',
      chatJid: 'cli:main',
      isMain: false,
      isScheduledTask: false,
      assistantName: 'Assistant',
      secrets: {},
      verboseMode: 'off',
      noContinue: false,
      memoryContext: '',
      extraSystemPrompt: '',
      codingHint: 'none',
      agent: 'pi',
      timeouts: { wallMs: 1_800_000, firstEventMs: 120_000, stallMs: 600_000 },
      limits: {},
      events: 'none',
    };

    expect(ContainerInputSchema.parse(minimal)).toStrictEqual(expected);
  });

  test('fills in the timeouts that are left out', () => {
    expect(ContainerInputSchema.parse({ ...minimal, timeouts: { stallMs: 5 } }).timeouts).toEqual({
      wallMs: 1_800_000,
      firstEventMs: 120_000,
      stallMs: 5,
    });
  });

  test('takes every field', () => {
    const full: ContainerInput = {
      prompt: ' text with NUL \0 and \u2028 ',
      groupFolder: 'Family.chat_2-b',
      chatJid: 'telegram:-100123',
      isMain: true,
      isScheduledTask: true,
      assistantName: 'Ada Lovelace',
      secrets: { API_KEY: 'value', _x1: '' },
      provider: 'openrouter',
      model: 'anthropic/claude sonnet:4',
      thinkLevel: 'xhigh',
      reasoningLevel: 'stream',
      verboseMode: 'verbose',
      noContinue: true,
      memoryContext: 'm',
      extraSystemPrompt: 'e',
      codingHint: 'force_delegate_plan',
      requestId: '01ARYZ6S41TSV4RRFFQ69G5FAV',
      agent: 'codex',
      tools: ['read', 'mcp__files.read:all-1'],
      timeouts: { wallMs: 1, firstEventMs: 2, stallMs: 3 },
      limits: { maxTotalTokens: 1, maxCostUsd: 0.01, maxToolCalls: 0 },
      events: 'all',
      outputNonce: 'k3J9xT2mQ8vL5wRz',
    };

    expect(ContainerInputSchema.parse(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  test('drops fields it does not know', () => {
    expect(ContainerInputSchema.parse({ ...minimal, later: 1 })).toEqual(ContainerInputSchema.parse(minimal));
  });

  test('takes a prompt of exactly 4 MiB of UTF-8 and refuses one byte more', () => {
    const atLimit = `${'€'.repeat(1_398_101)}a`;

    expect(new TextEncoder().encode(atLimit).length).toBe(MAX_PROMPT_BYTES);
    expect(problemsOf({ ...minimal, prompt: atLimit })).toBe('');
    expect(problemsOf({ ...minimal, prompt: `${atLimit}a` })).toBe(
      `prompt: expected ${PROMPT}, found a string of 1398103 characters`,
    );
  });

  test.each([
    ['groupFolder of 1 character', { groupFolder: 'a' }],
    ['groupFolder of 64 characters', { groupFolder: 'a'.repeat(64) }],
    ['groupFolder that begins with global', { groupFolder: 'globals' }],
    ['groupFolder that ends with global', { groupFolder: 'my-global' }],
    ['chatJid of 1 character', { chatJid: 'a' }],
    ['chatJid of 256 characters', { chatJid: 'a'.repeat(256) }],
    ['an empty assistantName', { assistantName: '' }],
    ['provider of 256 characters', { provider: 'a'.repeat(256) }],
    ['requestId of 1 character', { requestId: 'a' }],
    ['requestId of 128 characters', { requestId: 'a'.repeat(128) }],
    ['list of no tools', { tools: [] }],
    ['list of 256 tools', { tools: Array.from({ length: 256 }, () => 'read') }],
    ['tool name of 128 characters', { tools: ['a'.repeat(128)] }],
    ['shortest timeout', { timeouts: { wallMs: 1 } }],
    ['longest timeout', { timeouts: { wallMs: 2_147_483_647 } }],
    ['nonce of 16 characters', { outputNonce: 'a'.repeat(16) }],
    ['nonce of 64 characters', { outputNonce: 'a'.repeat(64) }],
  ])('takes a %s', (_, patch) => {
    expect(problemsOf({ ...minimal, ...patch })).toBe('');
  });
});

describe('describeInputProblems', () => {
  test.each([
    [{ prompt: undefined }, 'prompt', PROMPT, 'nothing'],
    [{ prompt: null }, 'prompt', PROMPT, 'null'],
    [{ prompt: '' }, 'prompt', PROMPT, 'a string of 0 characters'],
    [{ prompt: ' \n\t\u00A0' }, 'prompt', PROMPT, 'a string of 4 characters'],
    [{ prompt: 42 }, 'prompt', PROMPT, 'a number'],
    [{ prompt: { text: 'x' } }, 'prompt', PROMPT, 'an object'],
    [{ groupFolder: undefined }, 'groupFolder', NAME, 'nothing'],
    [{ groupFolder: '' }, 'groupFolder', NAME, '""'],
    [{ groupFolder: 'global' }, 'groupFolder', NAME, '"global"'],
    [{ groupFolder: 'GloBal' }, 'groupFolder', NAME, '"GloBal"'],
    [{ groupFolder: '../etc' }, 'groupFolder', NAME, '"../etc"'],
    [{ groupFolder: '.hidden' }, 'groupFolder', NAME, '".hidden"'],
    [{ groupFolder: 'a/b' }, 'groupFolder', NAME, '"a/b"'],
    [{ groupFolder: 'a\n' }, 'groupFolder', NAME, String.raw`"a\n"`],
    [{ groupFolder: 'é' }, 'groupFolder', NAME, '"é"'],
    [{ groupFolder: 'a'.repeat(65) }, 'groupFolder', NAME, `"${'a'.repeat(65)}"`],
    [{ groupFolder: 'a'.repeat(81) }, 'groupFolder', NAME, 'a string of 81 characters'],
    [{ chatJid: undefined }, 'chatJid', SHORT_TEXT, 'nothing'],
    [{ chatJid: '' }, 'chatJid', SHORT_TEXT, '""'],
    [{ chatJid: 'a'.repeat(257) }, 'chatJid', SHORT_TEXT, 'a string of 257 characters'],
    [{ chatJid: 'a\0b' }, 'chatJid', SHORT_TEXT, String.raw`"a\u0000b"`],
    [{ chatJid: '\0'.repeat(257) }, 'chatJid', SHORT_TEXT, 'a string of 257 characters'],
    [{ chatJid: 123 }, 'chatJid', SHORT_TEXT, 'the number 123'],
    [{ isMain: 'true' }, 'isMain', 'true or false', '"true"'],
    [{ isMain: 1 }, 'isMain', 'true or false', 'the number 1'],
    [{ isScheduledTask: [] }, 'isScheduledTask', 'true or false', 'an array of 0'],
    [{ assistantName: true }, 'assistantName', 'a string', 'the boolean true'],
    [{ secrets: ['A=1'] }, 'secrets', SECRETS, 'an array of 1'],
    [{ secrets: 'A=1' }, 'secrets', SECRETS, 'a string of 3 characters'],
    [{ secrets: { KEY: 12345678 } }, 'secrets.KEY', SECRETS, 'a number'],
    [{ secrets: { KEY: { nested: 'value' } } }, 'secrets.KEY', SECRETS, 'an object'],
    [{ secrets: { KEY: 'val\0ue' } }, 'secrets.KEY', SECRETS, 'a string of 6 characters'],
    [{ secrets: { '': 'v' } }, 'secrets.""', SECRETS, 'a key that is not such a name'],
    [{ secrets: { '1A': 'v' } }, 'secrets.1A', SECRETS, 'a key that is not such a name'],
    [{ secrets: { 'A=B': 'v' } }, 'secrets."A=B"', SECRETS, 'a key that is not such a name'],
    [{ secrets: { 'A\nB': 'v' } }, String.raw`secrets."A\nB"`, SECRETS, 'a key that is not such a name'],
    [
      { secrets: { ['-'.repeat(500)]: 'v' } },
      `secrets."${'-'.repeat(80)}"`,
      SECRETS,
      'a key that is not such a name',
    ],
    [{ provider: '' }, 'provider', ARGUMENT, '""'],
    [{ provider: '--help' }, 'provider', ARGUMENT, '"--help"'],
    [{ provider: 7 }, 'provider', ARGUMENT, 'the number 7'],
    [{ model: '-c' }, 'model', ARGUMENT, '"-c"'],
    [{ model: ' m' }, 'model', ARGUMENT, '" m"'],
    [{ model: 'a\nb' }, 'model', ARGUMENT, String.raw`"a\nb"`],
    [{ model: 'a'.repeat(257) }, 'model', ARGUMENT, 'a string of 257 characters'],
    [{ thinkLevel: 'ultra' }, 'thinkLevel', 'one of off, minimal, low, medium, high, xhigh, max', '"ultra"'],
    [{ reasoningLevel: true }, 'reasoningLevel', 'one of off, on, stream', 'the boolean true'],
    [{ verboseMode: 'full' }, 'verboseMode', 'one of off, new, all, verbose', '"full"'],
    [{ noContinue: 'yes' }, 'noContinue', 'true or false', '"yes"'],
    [{ memoryContext: ['secret text'] }, 'memoryContext', 'a string', 'an array of 1'],
    [{ memoryContext: 5 }, 'memoryContext', 'a string', 'a number'],
    [{ extraSystemPrompt: false }, 'extraSystemPrompt', 'a string', 'a boolean'],
    [{ codingHint: 'delegate' }, 'codingHint', HINTS, '"delegate"'],
    [{ requestId: '' }, 'requestId', ID, '""'],
    [{ requestId: '../x' }, 'requestId', ID, '"../x"'],
    [{ requestId: 'a'.repeat(129) }, 'requestId', ID, 'a string of 129 characters'],
    [{ requestId: 5 }, 'requestId', ID, 'the number 5'],
    [{ agent: 'Pi' }, 'agent', 'one of pi, claude, codex', '"Pi"'],
    [{ tools: 'read' }, 'tools', TOOLS, '"read"'],
    [{ tools: ['read', '-rf'] }, 'tools.1', TOOLS, '"-rf"'],
    [{ tools: ['read,write'] }, 'tools.0', TOOLS, '"read,write"'],
    [{ tools: [null] }, 'tools.0', TOOLS, 'null'],
    [{ tools: ['a'.repeat(129)] }, 'tools.0', TOOLS, 'a string of 129 characters'],
    [{ tools: Array.from({ length: 257 }, () => 'a') }, 'tools', TOOLS, 'an array of 257'],
    [{ timeouts: 5 }, 'timeouts', TIMEOUTS, 'the number 5'],
    [{ timeouts: [] }, 'timeouts', TIMEOUTS, 'an array of 0'],
    [{ timeouts: { wallMs: 0 } }, 'timeouts.wallMs', TIMEOUTS, 'the number 0'],
    [{ timeouts: { wallMs: 2 ** 31 } }, 'timeouts.wallMs', TIMEOUTS, 'the number 2147483648'],
    [{ timeouts: { wallMs: Infinity } }, 'timeouts.wallMs', TIMEOUTS, 'the number Infinity'],
    [{ timeouts: { firstEventMs: NaN } }, 'timeouts.firstEventMs', TIMEOUTS, 'the number NaN'],
    [{ timeouts: { firstEventMs: 1.5 } }, 'timeouts.firstEventMs', TIMEOUTS, 'the number 1.5'],
    [{ timeouts: { stallMs: '600' } }, 'timeouts.stallMs', TIMEOUTS, '"600"'],
    [{ timeouts: { stallMs: -1 } }, 'timeouts.stallMs', TIMEOUTS, 'the number -1'],
    [{ limits: 'none' }, 'limits', LIMITS, '"none"'],
    [{ limits: { maxTotalTokens: 0 } }, 'limits.maxTotalTokens', LIMITS, 'the number 0'],
    [{ limits: { maxTotalTokens: Infinity } }, 'limits.maxTotalTokens', LIMITS, 'the number Infinity'],
    [{ limits: { maxCostUsd: 0 } }, 'limits.maxCostUsd', LIMITS, 'the number 0'],
    [{ limits: { maxCostUsd: Infinity } }, 'limits.maxCostUsd', LIMITS, 'the number Infinity'],
    [{ limits: { maxCostUsd: NaN } }, 'limits.maxCostUsd', LIMITS, 'the number NaN'],
    [{ limits: { maxToolCalls: -1 } }, 'limits.maxToolCalls', LIMITS, 'the number -1'],
    [{ limits: { maxToolCalls: 0.5 } }, 'limits.maxToolCalls', LIMITS, 'the number 0.5'],
    [{ events: 'some' }, 'events', 'one of none, tools, all', '"some"'],
    [{ outputNonce: 'a'.repeat(15) }, 'outputNonce', NONCE, 'a string of 15 characters'],
    [{ outputNonce: 'a'.repeat(65) }, 'outputNonce', NONCE, 'a string of 65 characters'],
    [{ outputNonce: `${'a'.repeat(16)}\n` }, 'outputNonce', NONCE, 'a string of 17 characters'],
    [{ outputNonce: 1 }, 'outputNonce', NONCE, 'a number'],
  ])('says of %o that %s is wrong', (patch, field, expected, found) => {
    expect(problemsOf({ ...minimal, ...patch })).toBe(`${field}: expected ${expected}, found ${found}`);
  });

  test.each([
    [null, 'null'],
    [[], 'an array of 0'],
    ['text', '"text"'],
    [5, 'the number 5'],
    [undefined, 'nothing'],
  ])('says of the document %j what it is', (document, found) => {
    expect(problemsOf(document)).toBe(`ContainerInput: expected a JSON object, found ${found}`);
  });

  test('names each missing field on a line of its own', () => {
    expect(problemsOf({})).toBe(
      [
        `prompt: expected ${PROMPT}, found nothing`,
        `groupFolder: expected ${NAME}, found nothing`,
        `chatJid: expected ${SHORT_TEXT}, found nothing`,
      ].join('\n'),
    );
  });

  test('names five problems at most', () => {
    const tools = Array.from({ length: 200 }, () => '');

    expect(problemsOf({ ...minimal, tools }).split('\n')).toEqual(
      [0, 1, 2, 3, 4].map((index) => `tools.${index}: expected ${TOOLS}, found ""`),
    );
  });

  test('never repeats what private fields hold', () => {
    const hidden = 'hunter2';
    const documents = [
      { ...minimal, prompt: [hidden] },
      { ...minimal, prompt: { text: hidden } },
      { ...minimal, secrets: hidden },
      { ...minimal, secrets: [hidden] },
      { ...minimal, secrets: { KEY: `${hidden}\0` } },
      { ...minimal, secrets: { KEY: [hidden] } },
      { ...minimal, secrets: { 'bad key': hidden } },
      { ...minimal, memoryContext: [hidden] },
      { ...minimal, extraSystemPrompt: { text: hidden } },
      { ...minimal, outputNonce: hidden },
    ];

    const problems = documents.map((document) => problemsOf(document));

    expect(problems.filter((problem) => problem === '' || problem.includes(hidden))).toEqual([]);
  });
});

describe('describeValue', () => {
  test.each([
    [undefined, 'nothing', 'nothing'],
    [null, 'null', 'null'],
    [true, 'the boolean true', 'a boolean'],
    [1e21, 'the number 1e+21', 'a number'],
    [-Infinity, 'the number -Infinity', 'a number'],
    ['a"b', String.raw`"a\"b"`, 'a string of 3 characters'],
    ['a'.repeat(80), `"${'a'.repeat(80)}"`, 'a string of 80 characters'],
    ['a'.repeat(81), 'a string of 81 characters', 'a string of 81 characters'],
    [[1, 2], 'an array of 2', 'an array of 2'],
    [{}, 'an object', 'an object'],
  ])('says what %o is, shown and hidden', (value, shown, hidden) => {
    expect([describeValue(value), describeValue(value, false)]).toEqual([shown, hidden]);
  });
});
