import { expect, test } from 'vitest';

import { ERROR_TABLE, ErrorCodeSchema } from '../../ipc-schemas/index.ts';

const RETRYABLE = {
  INPUT_INVALID: false,
  AGENT_NOT_FOUND: false,
  AGENT_FAILED: false,
  AGENT_TIMED_OUT: false,
  AGENT_STALLED: false,
  RUN_CANCELLED: false,
  EMPTY_RESPONSE: true,
  AUTH_FAILED: false,
  RATE_LIMITED: true,
  PROVIDER_OVERLOADED: true,
  PROVIDER_ERROR: true,
  CONTEXT_OVERFLOW: false,
  MODEL_NOT_FOUND: false,
  LIMIT_EXCEEDED: false,
  LINE_TOO_LONG: false,
  DELEGATION_REFUSED: false,
  PLAN_CHANGED_FILES: false,
  NO_CHANGES: false,
  CONTAINER_START_FAILED: true,
  CONTAINER_DIED: true,
  OUT_OF_MEMORY: false,
  PROTOCOL_VIOLATION: false,
  INTERNAL: false,
};

test('the error table has these codes, each retryable or not', () => {
  const retryable = Object.fromEntries(
    Object.entries(ERROR_TABLE).map(([code, row]) => [code, row.retryable]),
  );

  expect(retryable).toEqual(RETRYABLE);
});

test('the wire takes these codes and no others', () => {
  expect(ErrorCodeSchema.options).toEqual(Object.keys(RETRYABLE));
  expect(ErrorCodeSchema.safeParse('OTHER').success).toBe(false);
});
