import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { answer, textDelta } from './pi-lines.ts';
import { startRunner } from './run-runner.ts';

const LONGEST_STOP_MS = 5000;

/** Whether a process handles SIGHUP: the runner does as soon as it is ready to be cancelled. */
async function isReady(pid: number | undefined): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const caught = /^SigCgt:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & 1n) === 1n;
}

describe('a run in the middle', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'is RUN_CANCELLED by %s, with what was said, and its tools are gone',
    async (signal) => {
      await using runner = await startRunner({ agent: 'works', fields: { events: 'all' } });
      await runner.read().give().untilSaid('"answer"');
      const startedMs = performance.now();

      runner.child.kill(signal);
      const { output, events, isTrusted } = await runner.result();

      expect(performance.now() - startedMs).toBeLessThan(LONGEST_STOP_MS);
      expect(output).toMatchObject({
        status: 'error',
        errorCode: 'RUN_CANCELLED',
        retryable: false,
        partial: 'half an answer',
        stopReason: 'aborted',
        sessionId: 's1',
        requestId: runner.requestId,
      });
      expect(events.slice(-2).map((event) => event.type)).toEqual(['text_end', 'run_end']);
      expect(isTrusted).toBe(true);
    },
  );

  test('is RUN_CANCELLED also when its agent ignores SIGTERM', async () => {
    const fields = { events: 'all', secrets: { STUBBORN: '1' } };
    await using runner = await startRunner({ agent: 'works', fields });
    await runner.read().give().untilSaid('"answer"');

    runner.child.kill('SIGTERM');
    const { output } = await runner.result();

    expect(output).toMatchObject({ errorCode: 'RUN_CANCELLED', partial: 'half an answer' });
  });

  test('is RUN_CANCELLED once, however often it is asked', async () => {
    await using runner = await startRunner({ agent: 'works', fields: { events: 'all' } });
    await runner.read().give().untilSaid('"answer"');

    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) runner.child.kill(signal);
    const { output } = await runner.result();

    expect(output.errorCode).toBe('RUN_CANCELLED');
  });

  test('is RUN_CANCELLED although nobody reads its events for a while', async () => {
    const talk = { text: '{"type":"tea_time"}\n', times: 1_000_000 };
    await using runner = await startRunner({ steps: [textDelta('said'), talk], fields: { events: 'all' } });
    runner.give();
    await expect.poll(() => isReady(runner.child.pid)).toBe(true);

    runner.child.kill('SIGTERM');
    const { output } = await runner.read().result();

    expect(output.errorCode).toBe('RUN_CANCELLED');
  });
});

describe('a finished run', () => {
  test('whose agent lingers is a success, whatever asks it to stop', async () => {
    await using runner = await startRunner({
      steps: [...answer('done'), { event: { type: 'tea_time' } }, { waits: true }],
      fields: { events: 'all' },
    });
    await runner.read().give().untilSaid('tea_time');

    runner.child.kill('SIGTERM');
    const { output } = await runner.result();

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });
});

describe('a runner without input', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('answers %s in a plain frame', async (signal) => {
    await using runner = await startRunner();
    await expect.poll(() => isReady(runner.child.pid)).toBe(true);

    runner.child.kill(signal);
    const { output, isTrusted } = await runner.read().result();

    expect(output).toMatchObject({ errorCode: 'RUN_CANCELLED', result: null, retryable: false });
    expect(isTrusted).toBe(false);
  });

  test('answers SIGTERM also in the middle of its input', async () => {
    await using runner = await startRunner();
    runner.child.stdin.write('{"prompt":');
    await expect.poll(() => isReady(runner.child.pid)).toBe(true);

    runner.child.kill('SIGTERM');
    const { output } = await runner.read().result();

    expect(output.errorCode).toBe('RUN_CANCELLED');
  });
});
