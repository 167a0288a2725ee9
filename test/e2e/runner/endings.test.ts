import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { answer, messageEnd, SETTLED, textDelta, toolEnd, toolStart } from './pi-lines.ts';
import { runRunner, startRunner } from './run-runner.ts';

const USAGE = {
  input: 60,
  output: 20,
  cacheRead: 40,
  cacheWrite: 0,
  totalTokens: 120,
  cost: { total: 0.25 },
};

describe('an agent that dies', () => {
  test.each([
    ['by an exit code', [{ exitCode: 3 }], 'pi ended with exit code 3 before it had finished'],
    ['by a signal', [{ signal: 'SIGSEGV' }], 'pi ended by signal SIGSEGV before it had finished'],
    ['by SIGKILL', [{ signal: 'SIGKILL' }], 'pi ended by signal SIGKILL before it had finished'],
  ] as const)('%s is AGENT_FAILED, with what it had said', async (_, death, error) => {
    const { output } = await runRunner({ steps: [textDelta('half an '), textDelta('answer'), ...death] });

    expect(output).toMatchObject({ errorCode: 'AGENT_FAILED', error, partial: 'half an answer' });
  });

  test('says why with the end of its stderr', async () => {
    const steps = [{ text: 'Error: bad flag\n', fd: 2 as const }, { exitCode: 1 }];

    const { output, stderr } = await runRunner({ steps });

    expect(output.error).toBe('pi ended with exit code 1 before it had finished: Error: bad flag');
    expect(stderr).toContain('Error: bad flag');
  });
});

describe('an agent that exits 0 without its finish', () => {
  test.each([
    ['nothing', [], 'EMPTY_RESPONSE', true],
    ['a last message', [messageEnd('said')], 'AGENT_FAILED', false],
    ['half a message', [textDelta('said')], 'AGENT_FAILED', false],
  ] as const)('and said %s', async (_, steps, errorCode, retryable) => {
    const { output } = await runRunner({ steps });

    expect(output).toMatchObject({ errorCode, retryable, result: null });
    expect(output.partial).toBe(errorCode === 'AGENT_FAILED' ? 'said' : undefined);
  });
});

describe('an agent that finished', () => {
  test.each([
    ['exits 1', { exitCode: 1 }],
    ['dies by a signal', { signal: 'SIGABRT' }],
    ['never exits', { waits: true }],
  ] as const)('and then %s is a success', async (_, step) => {
    const { output } = await runRunner({ steps: [...answer('done'), step] });

    expect(output).toMatchObject({ status: 'success', result: 'done', stopReason: 'stop' });
  });

  test('and never exits is a success also when wallMs passes behind it', async () => {
    const { output } = await runRunner({
      steps: [...answer('done'), { waits: true }],
      fields: { timeouts: { wallMs: 2500 } },
    });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });
});

describe('an agent that hangs', () => {
  test('before its first event is AGENT_STALLED by firstEventMs, noise or not', async () => {
    const { output } = await runRunner({
      steps: [{ text: 'noise\n' }, { waits: true }],
      fields: { timeouts: { firstEventMs: 400 } },
    });

    expect(output).toMatchObject({
      errorCode: 'AGENT_STALLED',
      error: 'pi gave no event within 400 ms (timeouts.firstEventMs)',
    });
  });

  test('later is AGENT_STALLED by stallMs, with what it had said', async () => {
    const { output } = await runRunner({
      steps: [textDelta('half'), { waits: true }],
      fields: { timeouts: { stallMs: 300 } },
    });

    expect(output).toMatchObject({
      errorCode: 'AGENT_STALLED',
      error: 'pi was silent for 300 ms (timeouts.stallMs)',
      partial: 'half',
    });
  });

  test('while a tool runs is not stalled', async () => {
    const steps = [toolStart('c1', 'bash'), { delayMs: 900 }, toolEnd('c1', 'bash'), ...answer('done')];

    const { output } = await runRunner({ steps, fields: { timeouts: { stallMs: 300 } } });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });

  test('for ever is AGENT_TIMED_OUT by wallMs, running tool or not', async () => {
    const { output } = await runRunner({
      steps: [toolStart('c1', 'bash'), textDelta('half'), { waits: true }],
      fields: { timeouts: { wallMs: 2000, stallMs: 100 } },
    });

    expect(output).toMatchObject({
      errorCode: 'AGENT_TIMED_OUT',
      error: 'the run took longer than 2000 ms (timeouts.wallMs)',
      partial: 'half',
    });
  });

  test('and ignores SIGTERM is ended all the same, with the tools it started', async () => {
    const { output } = await runRunner({
      agent: 'works',
      fields: { secrets: { STUBBORN: '1' }, timeouts: { wallMs: 1500 } },
    });

    expect(output.errorCode).toBe('AGENT_TIMED_OUT');
  });
});

describe('a process that the agent leaves behind', () => {
  test.each([
    ['holding its stdout', {}],
    ['in a session of its own', { DAEMON: '1' }],
  ])('%s is ended with the run', async (_, secrets) => {
    const { output } = await runRunner({ agent: 'orphans', fields: { secrets } });

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });
});

describe('a limit', () => {
  const twoAnswers = [
    messageEnd('one', { stopReason: 'toolUse', usage: USAGE }),
    toolStart('c1', 'read'),
    toolEnd('c1', 'read'),
    messageEnd('two', { usage: USAGE }),
    SETTLED,
  ];

  test.each([
    [{ maxTotalTokens: 100 }, 'the run used 120 tokens, allowed are 100 (limits.maxTotalTokens)'],
    [{ maxCostUsd: 0.3 }, 'the run cost $0.5, allowed are $0.3 (limits.maxCostUsd)'],
    [{ maxToolCalls: 0 }, 'the agent called more than 0 tools (limits.maxToolCalls)'],
  ])('of %j that is passed ends the run', async (limits, error) => {
    const { output } = await runRunner({ steps: twoAnswers, fields: { limits } });

    expect(output).toMatchObject({ errorCode: 'LIMIT_EXCEEDED', error, retryable: false });
  });

  test('that is passed stops an agent which would go on', async () => {
    const { output } = await runRunner({
      steps: [toolStart('c1', 'bash'), toolStart('c2', 'bash'), { waits: true }],
      fields: { limits: { maxToolCalls: 1 } },
    });

    expect(output).toMatchObject({ errorCode: 'LIMIT_EXCEEDED', usage: { toolCalls: 2 } });
  });

  test('that is kept changes nothing', async () => {
    const limits = { maxTotalTokens: 240, maxCostUsd: 0.5, maxToolCalls: 1 };

    const { output } = await runRunner({ steps: twoAnswers, fields: { limits } });

    expect(output).toMatchObject({
      result: 'two',
      usage: {
        inputTokens: 120,
        outputTokens: 40,
        cacheReadTokens: 80,
        cacheWriteTokens: 0,
        totalTokens: 240,
        costUsd: 0.5,
        turns: 2,
        toolCalls: 1,
      },
    });
  });
});

describe('a session that cannot be continued', () => {
  test('is left for a fresh one, with one notice and one warning of secrets', async () => {
    const fields = { events: 'all', secrets: { PATH: '/stolen' } };
    await using runner = await startRunner({ agent: 'forgets', fields });
    const lane = join(runner.workspace, 'agent/sessions/chat');
    await mkdir(lane, { recursive: true });
    await writeFile(join(lane, 's.jsonl'), '{}\n');

    const { output, events, stderr } = await runner.read().give().result();

    expect(output).toMatchObject({ status: 'success', result: 'fresh' });
    expect(events.slice(0, 2)).toMatchObject([
      { type: 'run_start' },
      {
        type: 'notice',
        level: 'warning',
        text: 'pi failed at its start, which its last session may be the reason for: it is started once more without',
      },
    ]);
    expect(events.filter((event) => event.type === 'run_start')).toHaveLength(1);
    expect(stderr.match(/secrets with reserved names are left out: PATH/g)).toHaveLength(1);
  });

  test('is no reason where there was none', async () => {
    const { output } = await runRunner({ agent: 'forgets' });

    expect(output).toMatchObject({
      errorCode: 'AGENT_FAILED',
      error: 'pi ended with exit code 1 before it had finished: Error: cannot resume',
    });
  });

  test('is not touched where a fresh one is asked for', async () => {
    const { output } = await runRunner({ agent: 'forgets', fields: { noContinue: true } });

    expect(output.result).toBe('fresh');
  });
});
