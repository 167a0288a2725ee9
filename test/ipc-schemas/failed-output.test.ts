import { expect, test } from 'vitest';

import { ContainerOutputSchema, ERROR_TABLE, type ErrorCode, failedOutput } from '../../ipc-schemas/index.ts';

const facts = { requestId: 'r-1', agent: { name: 'pi' }, durationMs: 12 };

test('failedOutput gives a whole output of the contract', () => {
  const output = failedOutput(facts, 'CONTAINER_DIED', 'it died');

  expect(output).toEqual({
    status: 'error',
    result: null,
    error: 'it died',
    errorCode: 'CONTAINER_DIED',
    retryable: true,
    requestId: 'r-1',
    agent: { name: 'pi' },
    durationMs: 12,
    schemaVersion: 1,
  });
  expect(ContainerOutputSchema.parse(output)).toEqual(output);
});

test.each(Object.keys(ERROR_TABLE) as ErrorCode[])('failedOutput says whether %s is retryable', (code) => {
  expect(failedOutput(facts, code, '').retryable).toBe(ERROR_TABLE[code].retryable);
});
