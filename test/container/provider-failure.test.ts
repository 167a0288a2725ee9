import { expect, test } from 'vitest';

import { providerFailure } from '../../container/agent-runner/agents/provider-failure.ts';

test.each([
  [undefined, 'PROVIDER_ERROR', true],
  [400, 'PROVIDER_ERROR', false],
  [401, 'AUTH_FAILED', false],
  [402, 'PROVIDER_ERROR', false],
  [403, 'AUTH_FAILED', false],
  [404, 'MODEL_NOT_FOUND', false],
  [408, 'PROVIDER_ERROR', true],
  [409, 'PROVIDER_ERROR', false],
  [413, 'PROVIDER_ERROR', false],
  [422, 'PROVIDER_ERROR', false],
  [429, 'RATE_LIMITED', true],
  [499, 'PROVIDER_ERROR', false],
  [500, 'PROVIDER_ERROR', true],
  [502, 'PROVIDER_ERROR', true],
  [503, 'PROVIDER_OVERLOADED', true],
  [504, 'PROVIDER_ERROR', true],
  [529, 'PROVIDER_OVERLOADED', true],
  [599, 'PROVIDER_ERROR', true],
] as const)('status %s is %s, retryable: %s', (status, code, retryable) => {
  expect(providerFailure(status, 'why')).toEqual({ code, retryable, text: 'why' });
});
