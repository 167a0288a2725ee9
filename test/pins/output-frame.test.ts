import { expect, test } from 'vitest';

import {
  DEFAULT_MARKER_PREFIX,
  encodeFrame,
  MAX_LINE_BYTES,
  OUTPUT_NONCE_PATTERN,
} from '../../ipc-schemas/index.ts';

const output = {
  status: 'success',
  result: '---',
  requestId: 'r1',
  agent: { name: 'pi' },
  durationMs: 1,
  schemaVersion: 1,
} as const;
const json = String.raw`{"status":"success","result":"\u002d--","requestId":"r1","agent":{"name":"pi"},"durationMs":1,"schemaVersion":1}`;

test('a plain frame has these bytes', () => {
  expect(encodeFrame(output)).toBe(`---TURNBOX_OUTPUT_START---\n${json}\n---TURNBOX_OUTPUT_END---\n`);
});

test('a frame with a nonce has these bytes', () => {
  expect(encodeFrame(output, { nonce: 'abcdefghij0123456789' })).toBe(
    `---TURNBOX_OUTPUT_START:abcdefghij0123456789---\n${json}\n---TURNBOX_OUTPUT_END:abcdefghij0123456789---\n`,
  );
});

test.each(['FFT_NANO', 'NANOCLAW'])('a frame with the prefix %s has these bytes', (prefix) => {
  expect(encodeFrame(output, { prefix })).toBe(
    `---${prefix}_OUTPUT_START---\n${json}\n---${prefix}_OUTPUT_END---\n`,
  );
});

test('the prefix, the nonce and the longest line have these forms', () => {
  expect([DEFAULT_MARKER_PREFIX, String(OUTPUT_NONCE_PATTERN), MAX_LINE_BYTES]).toEqual([
    'TURNBOX',
    '/^[A-Za-z0-9]{16,64}$/',
    10_485_760,
  ]);
});
