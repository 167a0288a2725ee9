import { Writable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { OutputWriter } from '../../container/agent-runner/write-output.ts';
import type { ContainerOutput, RunEvent } from '../../ipc-schemas/index.ts';

const OUTPUT: ContainerOutput = {
  status: 'success',
  result: '---x',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 1,
  schemaVersion: 1,
};

const EVENT: RunEvent = { type: 'notice', seq: 1, time: 2, level: 'info', text: '---' };

/** A stdout whose reader takes each piece only when it is told to. */
class SlowReader extends Writable {
  readonly taken: string[] = [];
  #takeNext: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.#takeNext = () => {
      this.taken.push(text);
      done();
    };
  }

  takeNext(): void {
    this.#takeNext?.();
  }
}

const EVENT_LINE = String.raw`{"type":"notice","seq":1,"time":2,"level":"info","text":"\u002d--"}`;

test('events are lines and the frame is three, without a marker inside', async () => {
  const written: string[] = [];
  const stdout = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      written.push(text);
      done();
    },
  });
  const writer = new OutputWriter(stdout);

  await writer.writeEvent(EVENT);
  await writer.writeFrame(OUTPUT, { prefix: 'NANO', nonce: 'a'.repeat(16) });

  expect(written.join('').split('\n')).toEqual([
    EVENT_LINE,
    `---NANO_OUTPUT_START:${'a'.repeat(16)}---`,
    String.raw`{"status":"success","result":"\u002d--x","requestId":"r1","agent":{"name":"pi"},"durationMs":1,"schemaVersion":1}`,
    `---NANO_OUTPUT_END:${'a'.repeat(16)}---`,
    '',
  ]);
});

describe('a reader that is slow', () => {
  test('is waited for', async () => {
    const stdout = new SlowReader();
    const writer = new OutputWriter(stdout);
    let isWritten = false;
    const writing = writer.writeEvent(EVENT).then(() => (isWritten = true));
    await Promise.resolve();

    expect(isWritten).toBe(false);
    stdout.takeNext();
    await writing;
    expect(stdout.taken).toEqual([`${EVENT_LINE}\n`]);
  });
});

describe('a reader that went away', () => {
  test('is told, and waited for no longer', async () => {
    const stdout = new SlowReader();
    const writer = new OutputWriter(stdout);
    const writing = writer.writeEvent(EVENT);
    stdout.destroy(new Error('EPIPE'));

    await writer.closed;
    await writing;
    await writer.writeFrame(OUTPUT, {});
    expect(stdout.taken).toEqual([]);
  });
});
