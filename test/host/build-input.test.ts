import { describe, expect, test } from 'vitest';

import { buildInput, type ChatMessage } from '../../host/build-input.ts';
import { OUTPUT_NONCE_PATTERN, TurnboxError } from '../../ipc-schemas/index.ts';

const message: ChatMessage = { prompt: 'hello', groupFolder: 'team', chatJid: 'cli:team' };

function refusal(fields: object): unknown {
  try {
    buildInput({ ...message, ...fields });
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('buildInput', () => {
  test('fills in every default, a requestId and a nonce, and asks for all events', () => {
    const input = buildInput(message);

    expect(input).toEqual({
      prompt: 'hello',
      groupFolder: 'team',
      chatJid: 'cli:team',
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
      events: 'all',
      requestId: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) as string,
      outputNonce: expect.stringMatching(OUTPUT_NONCE_PATTERN) as string,
    });
  });

  test('keeps what the message says', () => {
    const said = {
      requestId: 'r-1',
      events: 'tools',
      isMain: true,
      secrets: { KEY: 'value' },
      provider: 'offline',
      model: 'reply',
      timeouts: { wallMs: 5000 },
      limits: { maxToolCalls: 0 },
      tools: [],
    } as const;

    expect(buildInput({ ...message, ...said, tools: [] })).toMatchObject({
      ...said,
      timeouts: { wallMs: 5000, firstEventMs: 120_000, stallMs: 600_000 },
    });
  });

  test('makes a fresh nonce and a fresh requestId for each input', () => {
    const inputs = Array.from({ length: 100 }, () => buildInput(message));

    expect(new Set(inputs.map((input) => input.outputNonce)).size).toBe(100);
    expect(new Set(inputs.map((input) => input.requestId)).size).toBe(100);
  });

  test('never takes the nonce of a caller', () => {
    const forged = { ...message, outputNonce: 'chosenByTheCaller' } as ChatMessage;

    expect(buildInput(forged).outputNonce).not.toBe('chosenByTheCaller');
  });

  test('takes undefined for absent', () => {
    const input = buildInput({ ...message, events: undefined, requestId: undefined, model: undefined });

    expect(input.events).toBe('all');
    expect(input).not.toHaveProperty('model');
  });

  test.each([
    ['prompt', { prompt: ' \n' }],
    ['prompt', { prompt: 'x'.repeat(4 * 1024 * 1024 + 1) }],
    ['groupFolder', { groupFolder: '..' }],
    ['groupFolder', { groupFolder: 'GLOBAL' }],
    ['chatJid', { chatJid: '' }],
    ['isMain', { isMain: 'yes' }],
    ['secrets', { secrets: { 'not a name': 'x' } }],
    ['model', { model: '--help' }],
    ['model', { model: '-c' }],
    ['requestId', { requestId: '../up' }],
    ['agent', { agent: 'gemini' }],
    ['timeouts.wallMs', { timeouts: { wallMs: 0 } }],
    ['limits.maxCostUsd', { limits: { maxCostUsd: -1 } }],
    ['events', { events: 'some' }],
  ])('refuses a wrong %s by its name', (field, fields) => {
    const error = refusal(fields);

    expect(error).toBeInstanceOf(TurnboxError);
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(field) as string,
    });
  });

  test('names each wrong field, a line each, and repeats no secret', () => {
    const error = refusal({ chatJid: 7, agent: 'gemini', secrets: { KEY: 123_456_789 } }) as TurnboxError;

    expect(error.message.split('\n').map((line) => line.split(':', 1)[0])).toEqual([
      'chatJid',
      'secrets.KEY',
      'agent',
    ]);
    expect(error.message).not.toContain('123456789');
  });
});
