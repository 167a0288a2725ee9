import { expect, test } from 'vitest';

import { ContainerInputSchema, MAX_INPUT_BYTES, MAX_PROMPT_BYTES } from '../../ipc-schemas/index.ts';
import { outlineSchema } from './outline-schema.ts';

const GROUP_FOLDER = String.raw`/^(?![Gg][Ll][Oo][Bb][Aa][Ll]$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/`;
const REQUEST_ID = String.raw`/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/`;

test('ContainerInput has these fields, bounds and defaults', () => {
  expect(outlineSchema(ContainerInputSchema)).toEqual({
    prompt: 'string required',
    groupFolder: `string ${GROUP_FOLDER} required`,
    chatJid: 'string 1..256 required',
    isMain: 'boolean = false',
    isScheduledTask: 'boolean = false',
    assistantName: 'string = "Assistant"',
    secrets: 'object keys string /^[A-Za-z_][A-Za-z0-9_]*$/ of string = {}',
    provider: String.raw`string /^[^\s-][^\x00-\x1f\x7f]{0,255}$/`,
    model: String.raw`string /^[^\s-][^\x00-\x1f\x7f]{0,255}$/`,
    thinkLevel: 'off|minimal|low|medium|high|xhigh|max',
    reasoningLevel: 'off|on|stream',
    verboseMode: 'off|new|all|verbose = "off"',
    noContinue: 'boolean = false',
    memoryContext: 'string = ""',
    extraSystemPrompt: 'string = ""',
    codingHint: 'none|auto|force_delegate|force_delegate_execute|force_delegate_plan = "none"',
    requestId: `string ${REQUEST_ID}`,
    agent: 'pi|claude|codex = "pi"',
    tools: 'array ..256 of string /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/',
    timeouts: 'object = {}',
    'timeouts.wallMs': 'integer 1..2147483647 = 1800000',
    'timeouts.firstEventMs': 'integer 1..2147483647 = 120000',
    'timeouts.stallMs': 'integer 1..2147483647 = 600000',
    limits: 'object = {}',
    'limits.maxTotalTokens': 'integer 1..',
    'limits.maxCostUsd': 'number >0',
    'limits.maxToolCalls': 'integer 0..',
    events: 'none|tools|all = "none"',
    outputNonce: 'string /^[A-Za-z0-9]{16,64}$/',
  });
});

test('ContainerInput is limited to these sizes', () => {
  expect({ MAX_INPUT_BYTES, MAX_PROMPT_BYTES }).toEqual({
    MAX_INPUT_BYTES: 16_777_216,
    MAX_PROMPT_BYTES: 4_194_304,
  });
});
