import type { Failure, Script } from '../reply.ts';
import { say, toolCall } from '../reply.ts';
import { oneCall } from './tool-scripts.ts';

const FAILURES_BEFORE_TEXT = 2;

const serverError = failure(500, 'The server had an error while processing your request.', 'server_error');
const overloaded = failure(529, 'Overloaded', 'overloaded_error');
const callOnce = oneCall(toolCall('bash', { command: 'echo one' }));

/** Scripts that answer by an HTTP error, at once or in the course of a turn. */
export const ERROR_SCRIPTS: Readonly<Record<string, Script>> = {
  'error-400': () => failure(400, 'Invalid value for a parameter.', 'invalid_request_error'),
  'error-401': () => failure(401, 'Incorrect API key provided', 'authentication_error'),
  'error-404': () =>
    failure(404, 'The model does not exist or you do not have access to it.', 'not_found_error'),
  'error-429': () => ({
    ...failure(429, 'Rate limit reached. Please try again later.', 'rate_limit_error'),
    headers: { 'retry-after': '1' },
  }),
  'error-500': () => serverError,
  'error-529': () => overloaded,
  'error-overflow': () =>
    failure(400, 'prompt is too long: 250000 tokens > 200000 maximum', 'invalid_request_error'),
  'error-529-twice': ({ failuresSoFar }) =>
    failuresSoFar < FAILURES_BEFORE_TEXT ? overloaded : say('The third try got through.'),
  'tool-then-500': (conversation) =>
    conversation.toolResults.length === 0 ? callOnce(conversation) : serverError,
};

function failure(status: number, message: string, errorType: string): Failure {
  return { type: 'failure', status, message, errorType };
}
