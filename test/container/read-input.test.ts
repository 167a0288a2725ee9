import { PassThrough, Readable } from 'node:stream';

import { afterEach, describe, expect, test, vi } from 'vitest';

import { type InputBytes, readInput } from '../../container/agent-runner/read-input.ts';
import { MAX_INPUT_BYTES } from '../../ipc-schemas/index.ts';

const NEVER = new AbortController().signal;

afterEach(() => {
  vi.useRealTimers();
});

function textOf(read: InputBytes): string {
  return read.kind === 'read' ? new TextDecoder().decode(read.bytes) : read.kind;
}

describe('an input', () => {
  test('is all bytes up to the end, in their order', async () => {
    const stdin = Readable.from([Buffer.from('{"a"'), Buffer.from(':'), Buffer.from('1}')]);

    expect(textOf(await readInput(stdin, 1000, NEVER))).toBe('{"a":1}');
  });

  test('may be empty', async () => {
    expect(await readInput(Readable.from([]), 1000, NEVER)).toEqual({ kind: 'read', bytes: Buffer.alloc(0) });
  });

  test('may have as many bytes as the contract allows, and not one more', async () => {
    const most = await readInput(Readable.from([Buffer.alloc(MAX_INPUT_BYTES)]), 1000, NEVER);
    const stdin = Readable.from([Buffer.alloc(MAX_INPUT_BYTES), Buffer.alloc(1), Buffer.alloc(1)]);
    const more = await readInput(stdin, 1000, NEVER);

    expect(most).toMatchObject({ kind: 'read', bytes: { length: MAX_INPUT_BYTES } });
    expect(more).toEqual({ kind: 'failed', problem: 'expected at most 16777216 bytes on stdin, found more' });
    expect(stdin.destroyed).toBe(true);
  });
});

describe('a silent stdin', () => {
  test('is given up when the first byte does not come in time', async () => {
    vi.useFakeTimers();
    const stdin = new PassThrough();
    const reading = readInput(stdin, 500, NEVER);
    await vi.advanceTimersByTimeAsync(500);

    expect(await reading).toEqual({
      kind: 'failed',
      problem: 'expected input on stdin within 500 ms, found none',
    });
    expect(stdin.destroyed).toBe(true);
  });

  test('is waited for for ever where the limit is 0', async () => {
    vi.useFakeTimers();
    const stdin = new PassThrough();
    const reading = readInput(stdin, 0, NEVER);
    await vi.advanceTimersByTimeAsync(3_600_000);
    stdin.end('late');

    expect(textOf(await reading)).toBe('late');
  });

  test('is given up after a pause of 30 s behind the first byte', async () => {
    vi.useFakeTimers();
    const stdin = new PassThrough();
    const reading = readInput(stdin, 500, NEVER);
    stdin.write('{"a"');
    await vi.advanceTimersByTimeAsync(29_999);
    stdin.write(':');
    await vi.advanceTimersByTimeAsync(30_000);

    expect(await reading).toEqual({
      kind: 'failed',
      problem: 'expected more input on stdin or its end within 30000 ms, after 5 bytes',
    });
  });
});

describe('a cancelled read', () => {
  test('ends at once', async () => {
    const cancelling = new AbortController();
    const stdin = new PassThrough();
    const reading = readInput(stdin, 0, cancelling.signal);
    stdin.write('{');
    cancelling.abort();

    expect(await reading).toEqual({ kind: 'cancelled' });
    expect(stdin.destroyed).toBe(true);
  });

  test('that was cancelled before it began reads nothing', async () => {
    expect(await readInput(Readable.from([Buffer.from('{}')]), 0, AbortSignal.abort())).toEqual({
      kind: 'cancelled',
    });
  });
});

test('a stdin that breaks is an answer', async () => {
  const stdin = new PassThrough();
  const reading = readInput(stdin, 1000, NEVER);
  stdin.destroy(new Error('EIO: i/o error, read'));

  expect(await reading).toEqual({
    kind: 'failed',
    problem: 'stdin could not be read: EIO: i/o error, read',
  });
});

test('no timer is left behind', async () => {
  vi.useFakeTimers();
  await readInput(Readable.from([Buffer.from('{}')]), 500, NEVER);

  expect(vi.getTimerCount()).toBe(0);
});
