import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ContainerOutput } from '../../../ipc-schemas/index.ts';
import { eventsOf, startPiHost } from './pi-host.ts';

const host = await startPiHost();
const RETRY_SCRIPTS = ['error-429', 'error-500', 'error-529', 'error-529-twice', 'cut', 'end-without-finish'];

/** pi waits 14 s in all between its attempts by default. */
beforeAll(async () => {
  for (const script of RETRY_SCRIPTS) {
    const settings = JSON.stringify({ retry: { baseDelayMs: 50, maxRetries: 2 } });
    await host.write(`agent-home/group-${script}/pi-offline/settings.json`, settings);
  }
});

afterAll(() => host[Symbol.asyncDispose]());

describe('runMessage with pi, where the provider refuses,', () => {
  test.each<[string, Partial<ContainerOutput>]>([
    ['error-400', { errorCode: 'PROVIDER_ERROR', retryable: false }],
    ['error-401', { errorCode: 'AUTH_FAILED', retryable: false }],
    ['error-404', { errorCode: 'MODEL_NOT_FOUND', retryable: false }],
    ['error-overflow', { errorCode: 'CONTEXT_OVERFLOW', retryable: false }],
  ])('asks once and fails (%s)', async (model, expected) => {
    const run = await host.send({ model });

    expect(run.output).toMatchObject({ status: 'error', result: null, ...expected });
    expect(run.output.error).toMatch(/^the model provider failed: 4\d\d/);
    expect(run.output.usage).toEqual({ provider: 'offline', model, turns: 0, toolCalls: 0 });
    expect([run.requests.length, eventsOf(run, 'retry')]).toEqual([1, []]);
    expect(eventsOf(run, 'run_end')).toMatchObject([{ status: 'error' }]);
  });

  test.each<[string, Partial<ContainerOutput>]>([
    ['error-429', { errorCode: 'RATE_LIMITED', retryable: true }],
    ['error-500', { errorCode: 'PROVIDER_ERROR', retryable: true }],
    ['error-529', { errorCode: 'PROVIDER_OVERLOADED', retryable: true }],
  ])('tells of each new attempt and fails in the end (%s)', async (model, expected) => {
    const run = await host.send({ model });

    expect(run.output).toMatchObject({ status: 'error', result: null, ...expected });
    expect(run.output).not.toHaveProperty('partial');
    expect(eventsOf(run, 'retry')).toMatchObject([
      { attempt: 1, delayMs: 50, reason: expect.stringMatching(/^[45]\d\d/) as string },
      { attempt: 2, delayMs: 100, reason: expect.stringMatching(/^[45]\d\d/) as string },
    ]);
    expect(run.requests).toHaveLength(3);
  });

  test('gives the answer that an attempt brings at last', async () => {
    const run = await host.send({ model: 'error-529-twice' });

    expect(run.output).toMatchObject({
      status: 'success',
      result: 'The third try got through.',
      usage: { turns: 1 },
    });
    expect(eventsOf(run, 'retry').map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

describe('runMessage with pi fails', () => {
  test.each(['cut', 'end-without-finish'])(
    'with what was said when the stream breaks (%s)',
    async (model) => {
      const run = await host.send({ model });

      expect(run.output).toMatchObject({
        status: 'error',
        result: null,
        errorCode: 'PROVIDER_ERROR',
        retryable: true,
        partial: 'This answer breaks off here',
      });
      expect(eventsOf(run, 'retry')).toHaveLength(2);
    },
  );

  test('as EMPTY_RESPONSE when the model says nothing', async () => {
    const { output } = await host.send({ model: 'empty' });

    expect(output).toMatchObject({
      status: 'error',
      result: null,
      errorCode: 'EMPTY_RESPONSE',
      retryable: true,
    });
  });

  test('as AGENT_FAILED with pi’s own words when pi cannot even start', async () => {
    const run = await host.send({ model: 'reply', groupFolder: 'unknown-provider', provider: 'nonsense' });

    expect(run.output).toMatchObject({
      status: 'error',
      errorCode: 'AGENT_FAILED',
      retryable: false,
      error: expect.stringMatching(/exit code 1 .*Unknown provider "nonsense"/) as string,
    });
    expect(run.requests).toEqual([]);
  });

  test('as AGENT_NOT_FOUND where there is no pi', async () => {
    const { output } = await host.send({ model: 'reply' }, { config: { piProgram: '/nonexistent/pi' } });

    expect(output).toMatchObject({ errorCode: 'AGENT_NOT_FOUND', retryable: false });
    expect(output.error).toContain('/nonexistent/pi');
  });

  test('as AGENT_STALLED when the model is silent for too long', async () => {
    const { output } = await host.send({ model: 'stall', timeouts: { stallMs: 1000 } });

    expect(output).toMatchObject({ errorCode: 'AGENT_STALLED', retryable: false });
    expect(await host.livingOf('group-stall')).toEqual([]);
  });

  test('as AGENT_TIMED_OUT when it takes too long, even in a tool', async () => {
    const timeouts = { wallMs: 2000, stallMs: 500 };

    const { output } = await host.send({ model: 'tool-sleep', timeouts });

    expect(output).toMatchObject({ errorCode: 'AGENT_TIMED_OUT', retryable: false });
    expect(await host.livingOf('group-tool-sleep')).toEqual([]);
  });

  test('as LIMIT_EXCEEDED when a limit is passed', async () => {
    const { output } = await host.send({ model: 'tool', limits: { maxToolCalls: 0 } });

    expect(output).toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
      error: expect.stringContaining('maxToolCalls') as string,
    });
  });
});
