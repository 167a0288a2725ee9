import { expect, test } from 'vitest';

import { newRequestId, REQUEST_ID_PATTERN } from '../../ipc-schemas/index.ts';

test('a new requestId is a ULID: 26 characters of base 32 that match the pattern', () => {
  const id = newRequestId();

  expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect(id).toMatch(REQUEST_ID_PATTERN);
});

test.each([
  [0, '0000000000'],
  [1, '0000000001'],
  // The example of the ULID specification.
  [1_469_918_176_385, '01ARYZ6S41'],
  [2 ** 48 - 1, '7ZZZZZZZZZ'],
])('the first ten characters of a requestId are the time: %i is %s', (nowMs, time) => {
  expect(newRequestId(nowMs).slice(0, 10)).toBe(time);
});

test('requestIds sort by time', () => {
  const times = [0, 31, 32, 1023, 1024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 41];
  const ids = times.map((nowMs) => newRequestId(nowMs));

  expect(ids.toSorted()).toEqual(ids);
});

test('requestIds of the same millisecond differ', () => {
  const ids = Array.from({ length: 1000 }, () => newRequestId(1_700_000_000_000));

  expect(new Set(ids).size).toBe(1000);
});
