import type { ContainerOutput } from './container-output.ts';
import { ERROR_TABLE, type ErrorCode } from './error-code.ts';

/** What every output says, however the run ended. */
export type OutputFacts = Pick<ContainerOutput, 'requestId' | 'agent' | 'durationMs'>;

/** The output of a run that gave no answer; whether to try again is what the error table says. */
export function failedOutput(facts: OutputFacts, code: ErrorCode, error: string): ContainerOutput {
  return {
    status: 'error',
    result: null,
    error,
    errorCode: code,
    retryable: ERROR_TABLE[code].retryable,
    requestId: facts.requestId,
    agent: facts.agent,
    durationMs: facts.durationMs,
    schemaVersion: 1,
  };
}
