import { describe, expect, test } from 'vitest';

import { answer } from './pi-lines.ts';
import { startRunner } from './run-runner.ts';

describe('an agent that has said all', () => {
  test('is ended, though it goes on talking behind its last event', async () => {
    await using runner = await startRunner({ agent: 'chatters' });

    const { output } = await runner.read().give().result();

    expect(output).toMatchObject({ status: 'success', result: 'done' });
  });

  test('is done when it has ended, though somebody unknown floods its stdout for ever', async () => {
    await using runner = await startRunner({ agent: 'escapes', fields: { events: 'all' } });

    const { output } = await runner.read().give().result();

    expect(output).toMatchObject({ status: 'error', errorCode: 'EMPTY_RESPONSE' });
  });
});

describe('a defect of the runner', () => {
  test.each([1, 2])(
    'is INTERNAL under the nonce, with the agent ended and secrets redacted, also when it shows %i times',
    async (times) => {
      await using runner = await startRunner({
        env: boom(times, 1500),
        steps: [...answer('so far').slice(0, 1), { waits: true }],
        fields: { secrets: { TOKEN: 's3cret-value' } },
      });

      const { output, isTrusted, stderr } = await runner.read().give().result();

      expect(output).toMatchObject({
        status: 'error',
        errorCode: 'INTERNAL',
        error: 'the runner failed: boom [redacted]',
        requestId: runner.requestId,
      });
      expect(isTrusted).toBe(true);
      expect(stderr).not.toContain('s3cret-value');
    },
  );
});

/** Makes the runner throw, out of nowhere, so many times. */
function boom(times: number, delayMs: number): Record<string, string> {
  const throwing = `for (let n = 0; n < ${times}; n += 1) setTimeout(() => { throw new Error('boom s3cret-value'); }, ${delayMs} + n);`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(throwing)}` };
}
