import { describe, expect, test } from 'vitest';

import { type ContainerOutput, ContainerOutputSchema } from '../../ipc-schemas/index.ts';

const success: ContainerOutput = {
  status: 'success',
  result: 'done',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 0,
  schemaVersion: 1,
};
const failure: ContainerOutput = { ...success, status: 'error', result: null, errorCode: 'AGENT_FAILED' };
const full: ContainerOutput = {
  ...failure,
  error: 'it broke',
  streamed: false,
  usage: {
    inputTokens: 1,
    outputTokens: 2,
    totalTokens: 10,
    cacheReadTokens: 3,
    cacheWriteTokens: 4,
    costUsd: 0.5,
    provider: 'p',
    model: 'm',
    turns: 1,
    toolCalls: 0,
  },
  retryable: true,
  retryAfterMs: 1000,
  partial: 'half an ans',
  stopReason: 'length',
  sessionId: 's1',
  agent: { name: 'pi', version: '0.87.1' },
  delegation: {
    mode: 'execute',
    tools: { total: 2, mutating: 1, failed: 0, names: ['read', 'write'] },
    changedFiles: [{ root: 'project', path: 'src/a.ts', status: 'modified' }],
    commits: ['1f42f6e'],
  },
};

describe('ContainerOutputSchema', () => {
  test.each([
    ['a success', success],
    ['an empty answer', { ...success, result: '' }],
    ['an answer that was delivered already', { ...success, result: null, streamed: true }],
    ['an error', failure],
    ['every field', full],
  ])('takes %s as it is', (_, output) => {
    expect(ContainerOutputSchema.parse(JSON.parse(JSON.stringify(output)))).toEqual(output);
  });

  test('drops fields it does not know', () => {
    expect(ContainerOutputSchema.parse({ ...success, later: 1, agent: { name: 'pi', later: 1 } })).toEqual(
      success,
    );
  });

  test.each([
    ['an error without errorCode', { ...failure, errorCode: undefined }],
    ['a success with errorCode', { ...success, errorCode: 'INTERNAL' }],
  ])('refuses %s', (_, output) => {
    const messages = ContainerOutputSchema.safeParse(output).error?.issues.map((issue) => issue.message);

    expect(messages).toEqual(['errorCode goes with status "error", and only with it']);
  });

  test.each([
    ['status', { ...success, status: 'ok' }],
    ['result', { ...success, result: undefined }],
    ['result', { ...success, result: { text: 'x' } }],
    ['errorCode', { ...failure, errorCode: 'SOMETHING_ELSE' }],
    ['requestId', { ...success, requestId: undefined }],
    ['requestId', { ...success, requestId: '../escape' }],
    ['agent', { ...success, agent: 'pi' }],
    ['agent.name', { ...success, agent: {} }],
    ['durationMs', { ...success, durationMs: -1 }],
    ['durationMs', { ...success, durationMs: '5' }],
    ['schemaVersion', { ...success, schemaVersion: 2 }],
    ['schemaVersion', { ...success, schemaVersion: undefined }],
    ['stopReason', { ...success, stopReason: 'toolUse' }],
    ['retryAfterMs', { ...failure, retryAfterMs: 0.5 }],
    ['usage.inputTokens', { ...success, usage: { inputTokens: -1 } }],
    ['usage.costUsd', { ...success, usage: { costUsd: Infinity } }],
    ['usage.turns', { ...success, usage: { turns: null } }],
    ['delegation.mode', { ...full, delegation: { ...full.delegation, mode: 'none' } }],
  ])('refuses a wrong %s and nothing else', (path, output) => {
    const paths = ContainerOutputSchema.safeParse(output).error?.issues.map((issue) => issue.path.join('.'));

    expect(paths).toEqual([path]);
  });

  test.each([null, [], 'text', 5])('refuses %j', (document) => {
    expect(ContainerOutputSchema.safeParse(document).success).toBe(false);
  });
});
