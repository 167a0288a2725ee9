import { describe, expect, test } from 'vitest';

import { parseInput } from '../../container/agent-runner/parse-input.ts';
import { sampleInput } from './sample-input.ts';

const NONCE = 'k3J9xT2mQ8vL5wRz';
const SECRET = 'sk-live-0123456789';
const VALID = { prompt: 'hello', groupFolder: 'main', chatJid: 'cli:main' };
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const WANTED = 'ContainerInput: expected one JSON object on stdin, found';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (document: unknown): ReturnType<typeof parseInput> =>
  parseInput(bytesOf(JSON.stringify(document)));

/** JSON of an array in an array, a million times. */
const DEEP = '['.repeat(1_000_000) + ']'.repeat(1_000_000);

function problemOf(parsed: ReturnType<typeof parseInput>): string | undefined {
  return parsed.kind === 'invalid' ? parsed.problem : undefined;
}

describe('a valid document', () => {
  test('is given with every default, its requestId and its nonce', () => {
    expect(parse({ ...VALID, requestId: 'r-1', outputNonce: NONCE })).toEqual({
      kind: 'input',
      requestId: 'r-1',
      outputNonce: NONCE,
      agent: 'pi',
      input: sampleInput({ requestId: 'r-1', outputNonce: NONCE }),
      warnings: [],
    });
  });

  test('gets a ULID where it names no requestId', () => {
    expect(parse(VALID).requestId).toMatch(ULID);
  });

  test('may begin with a byte order mark', () => {
    const parsed = parseInput(bytesOf(`\uFEFF${JSON.stringify({ ...VALID, requestId: 'r1' })}`));

    expect(parsed).toMatchObject({ kind: 'input', requestId: 'r1' });
  });

  test('may have NUL in its prompt', () => {
    expect(parse({ ...VALID, prompt: 'a\0b' })).toMatchObject({ kind: 'input', input: { prompt: 'a\0b' } });
  });

  test('may be nested a million deep in a field that is not known', () => {
    const parsed = parseInput(bytesOf(`{"prompt":"p","groupFolder":"g","chatJid":"c","extra":${DEEP}}`));

    expect(parsed).toMatchObject({ kind: 'input', warnings: ['unknown fields are ignored: "extra"'] });
  });

  test('may have null wherever a field is optional', () => {
    const nulls = Object.fromEntries(
      Object.keys(sampleInput())
        .filter((name) => !(name in VALID))
        .map((name) => [name, null]),
    );

    expect(parse({ ...VALID, ...nulls, provider: null, model: null, requestId: null })).toMatchObject({
      kind: 'input',
      input: sampleInput(),
      warnings: [],
    });
  });
});

describe('the prompt of a scheduled run', () => {
  test.each([
    ['gets its mark', 'water the plants', '[SCHEDULED TASK]\nwater the plants'],
    ['keeps the mark it has', '[SCHEDULED TASK]\nwater', '[SCHEDULED TASK]\nwater'],
    [
      'gets one before a mark that stands elsewhere',
      ' [SCHEDULED TASK]\nx',
      '[SCHEDULED TASK]\n [SCHEDULED TASK]\nx',
    ],
  ])('%s', (_, prompt, expected) => {
    expect(parse({ ...VALID, prompt, isScheduledTask: true })).toMatchObject({ input: { prompt: expected } });
  });

  test('is the only one that does', () => {
    expect(parse(VALID)).toMatchObject({ input: { prompt: 'hello' } });
  });
});

describe('bytes that hold no document', () => {
  test.each([
    ['nothing', '', `${WANTED} nothing`],
    ['only white space', ' \n\t', `${WANTED} only white space`],
    ['only a byte order mark', '\uFEFF', `${WANTED} only white space`],
    ['half a document', '{"prompt":', `${WANTED} no JSON (it ends too early)`],
    ['a document that ends inside a string', '{"prompt":"', `${WANTED} no JSON (broken at position 11)`],
    ['two documents', '{} {}', `${WANTED} no JSON (broken at position 3)`],
    ['null', 'null', 'ContainerInput: expected a JSON object, found null'],
    ['an array', '[{}]', 'ContainerInput: expected a JSON object, found an array of 1'],
    ['a string', '"hi"', 'ContainerInput: expected a JSON object, found "hi"'],
    ['a number', '7', 'ContainerInput: expected a JSON object, found the number 7'],
    ['an array nested a million deep', DEEP, 'ContainerInput: expected a JSON object, found an array of 1'],
  ])('%s is invalid, under a fresh requestId', (_, text, problem) => {
    expect(parseInput(bytesOf(text))).toEqual({
      kind: 'invalid',
      requestId: expect.stringMatching(ULID),
      outputNonce: undefined,
      agent: 'pi',
      problem: expect.stringContaining(problem),
    });
  });

  test('that are not UTF-8 are invalid', () => {
    const bytes = new Uint8Array([...bytesOf('{"prompt":"'), 0xff, ...bytesOf('"}')]);

    expect(problemOf(parseInput(bytes))).toBe(`${WANTED} 14 bytes that are not UTF-8`);
  });
});

describe('a wrong field', () => {
  test.each([
    ['prompt', ' \n '],
    ['prompt', 5],
    ['groupFolder', '../x'],
    ['groupFolder', 'GLOBAL'],
    ['chatJid', ''],
    ['isMain', 'true'],
    ['isScheduledTask', 1],
    ['assistantName', {}],
    ['secrets', []],
    ['secrets', { 'NO-NAME': 'x' }],
    ['secrets', { A: 1 }],
    ['provider', '--danger'],
    ['model', '-c'],
    ['memoryContext', []],
    ['extraSystemPrompt', 1],
    ['requestId', '../r'],
    ['agent', 'gpt'],
    ['tools', 'read'],
    ['tools', ['read,write']],
    ['timeouts', { wallMs: 0 }],
    ['timeouts', 5],
    ['limits', { maxToolCalls: -1 }],
    ['events', 'some'],
    ['outputNonce', 'short'],
  ])('%s of %j is named in the problem', (field, value) => {
    expect(problemOf(parse({ ...VALID, [field]: value }))).toMatch(
      new RegExp(`^${field}(?:\\.[^:]+)?: expected .+, found .+`),
    );
  });

  test('leaves the nonce and the requestId that could be read', () => {
    expect(parse({ ...VALID, isMain: 'yes', requestId: 'r1', outputNonce: NONCE })).toEqual({
      kind: 'invalid',
      requestId: 'r1',
      outputNonce: NONCE,
      agent: 'pi',
      problem: 'isMain: expected true or false, found "yes"',
    });
  });

  test('of a requestId gives a fresh one', () => {
    expect(parse({ ...VALID, requestId: '../../etc', outputNonce: NONCE })).toMatchObject({
      kind: 'invalid',
      requestId: expect.stringMatching(ULID),
      outputNonce: NONCE,
    });
  });

  test('may be nested a million deep', () => {
    const parsed = parseInput(bytesOf(`{"prompt":${DEEP},"groupFolder":"g","chatJid":"c"}`));

    expect(problemOf(parsed)).toBe(
      'prompt: expected a string, not blank, of at most 4 MiB of UTF-8, found an array of 1',
    );
  });

  test('is reported at most five times', () => {
    const problem = problemOf(parse({ isMain: 1, isScheduledTask: 1, agent: 1, events: 1 }));

    expect(problem?.split('\n')).toHaveLength(5);
  });
});

describe('a secret', () => {
  test.each([
    ['is no string', { ...VALID, secrets: { A: [SECRET] } }],
    ['has NUL', { ...VALID, secrets: { A: `${SECRET}\0` } }],
    ['stands in place of the record', { ...VALID, secrets: SECRET }],
    ['has a wrong name', { ...VALID, secrets: { 'a b': SECRET } }],
    ['stands in another wrong field too', { ...VALID, secrets: { A: SECRET }, groupFolder: `!${SECRET}` }],
    ['stands in the prompt', { ...VALID, secrets: { A: SECRET }, prompt: [SECRET] }],
  ])('that %s is never repeated in the problem', (_, document) => {
    const problem = problemOf(parse(document));

    expect(problem).toContain('expected');
    expect(problem).not.toContain(SECRET);
  });

  test('is not repeated from broken JSON', () => {
    const parsed = parseInput(bytesOf(`{"secrets":{"A":"${SECRET}" x`));

    expect(problemOf(parsed)).not.toContain('sk-');
  });
});

test('unknown fields below timeouts and limits are in the one warning', () => {
  const parsed = parse({ ...VALID, foo: 1, timeouts: { wallMs: 9, idleMs: 1 }, limits: { maxTurns: 3 } });

  expect(parsed).toMatchObject({
    kind: 'input',
    warnings: ['unknown fields are ignored: "foo", "timeouts.idleMs", "limits.maxTurns"'],
  });
});

test('a wrong input is answered for the agent that it asks for', () => {
  expect(parse({ ...VALID, isMain: 'yes', agent: 'claude' })).toMatchObject({
    kind: 'invalid',
    agent: 'claude',
  });
  expect(parse({ ...VALID, agent: 'nobody' })).toMatchObject({ kind: 'invalid', agent: 'pi' });
});

test.each(['provider', 'model'])(
  'an empty %s counts as absent, as hosts without a setting send it',
  (name) => {
    const parsed = parse({ ...VALID, [name]: '' });

    expect(parsed).toMatchObject({ kind: 'input', warnings: [] });
    expect(parsed.kind === 'input' && name in parsed.input).toBe(false);
  },
);

test('a model may begin with an at sign, as those of Cloudflare do', () => {
  expect(parse({ ...VALID, model: '@cf/meta/llama-3.3-70b' })).toMatchObject({ kind: 'input' });
});
