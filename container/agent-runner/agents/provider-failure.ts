import { ERROR_TABLE, type ErrorCode } from '../../../ipc-schemas/index.ts';
import type { AgentFailure } from './agent.ts';

/**
 * Turns the HTTP status of a model provider into a failure; without a status the stream broke.
 *
 * The table is section 5 of the contract: 4xx without a row of their own are the caller's and not retryable.
 */
export function providerFailure(status: number | undefined, text: string): AgentFailure {
  const code = codeOf(status);
  const isOtherClientError =
    code === 'PROVIDER_ERROR' && status !== undefined && status >= 400 && status < 500 && status !== 408;
  return { code, retryable: isOtherClientError ? false : ERROR_TABLE[code].retryable, text };
}

function codeOf(status: number | undefined): ErrorCode {
  switch (status) {
    case 401:
    case 403:
      return 'AUTH_FAILED';
    case 404:
      return 'MODEL_NOT_FOUND';
    case 429:
      return 'RATE_LIMITED';
    case 503:
    case 529:
      return 'PROVIDER_OVERLOADED';
    default:
      return 'PROVIDER_ERROR';
  }
}
