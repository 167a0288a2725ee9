import { expect, test } from 'vitest';

import { TurnboxError } from '../../ipc-schemas/index.ts';

test('a TurnboxError carries its code, message, cause and name', () => {
  const cause = new Error('below');
  const error = new TurnboxError('CONTAINER_START_FAILED', 'no engine answers', { cause });

  expect(error).toBeInstanceOf(Error);
  expect({ name: error.name, code: error.code, message: error.message, cause: error.cause }).toEqual({
    name: 'TurnboxError',
    code: 'CONTAINER_START_FAILED',
    message: 'no engine answers',
    cause,
  });
});
