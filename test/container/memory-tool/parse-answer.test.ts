import { expect, test } from 'vitest';

import { parseAnswer } from '../../../container/agent-runner/memory-tool/parse-answer.ts';
import { ActionResultSchema } from '../../../ipc-schemas/index.ts';

const answer = {
  requestId: 'q',
  status: 'success',
  result: { hits: [] },
  executedAt: '2026-01-01T00:00:00Z',
};
const failure = {
  requestId: 'q',
  status: 'error',
  error: 'no',
  errorCode: 'INPUT_INVALID',
  executedAt: '2026-01-01T00:00:00Z',
};

const parse = (value: unknown): ReturnType<typeof parseAnswer> =>
  parseAnswer(new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)), 'q');

test.each([answer, failure, { ...answer, result: undefined }, { ...answer, extra: 1 }])(
  'an answer is read as the contract reads it: %j',
  (value) => {
    const parsed = parse(value);

    expect(ActionResultSchema.safeParse(value).success).toBe(true);
    const { status, result, error } = value as Record<string, unknown>;
    expect(parsed).toEqual({ kind: 'answer', answer: { status, result, error } });
  },
);

test.each<[unknown]>([
  [null],
  [[]],
  ['answer'],
  [{ ...answer, status: 'maybe' }],
  [{ ...answer, status: undefined }],
  [{ ...answer, executedAt: undefined }],
  [{ ...answer, requestId: 5 }],
  [{ ...failure, error: { text: 'no' } }],
  [{ ...failure, errorCode: 7 }],
])('what the contract does not take is refused here, too: %j', (value) => {
  expect(ActionResultSchema.safeParse(value).success).toBe(false);
  expect(parse(value)).toMatchObject({ kind: 'wrong' });
});

test('an answer to another request is refused', () => {
  expect(parse({ ...answer, requestId: 'other' })).toEqual({
    kind: 'wrong',
    problem: 'the answer of the host cannot be read: its requestId is not that of the request',
  });
});

test.each([
  ['half of it', '{"requestId":"q"'],
  ['a million brackets', '['.repeat(1e6)],
])('%s is refused', (_, text) => {
  expect(parse(text)).toMatchObject({ kind: 'wrong' });
});
