import { z } from 'zod';

interface ErrorRow {
  /** Whether the same input may succeed when it is sent again. A run may state otherwise for itself. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/** The closed table of ways a run can fail: one row each, and nothing else decides what is retryable. */
export const ERROR_TABLE = {
  INPUT_INVALID: { retryable: false, meaning: 'The ContainerInput could not be read or a field is wrong.' },
  AGENT_NOT_FOUND: { retryable: false, meaning: 'The agent program is missing or cannot be started.' },
  AGENT_FAILED: {
    retryable: false,
    meaning: 'The agent ended without its finishing event, by a non-zero exit, a signal or half way.',
  },
  AGENT_TIMED_OUT: { retryable: false, meaning: 'The run took longer than timeouts.wallMs.' },
  AGENT_STALLED: {
    retryable: false,
    meaning: 'The agent said nothing for timeouts.firstEventMs at its start, or for timeouts.stallMs later.',
  },
  RUN_CANCELLED: { retryable: false, meaning: 'Someone asked for the run to be stopped.' },
  EMPTY_RESPONSE: {
    retryable: true,
    meaning: 'The agent ended normally without any text, tool activity or error.',
  },
  AUTH_FAILED: { retryable: false, meaning: 'The model provider refused the credential (401, 403).' },
  RATE_LIMITED: { retryable: true, meaning: 'The model provider limits the rate (429).' },
  PROVIDER_OVERLOADED: { retryable: true, meaning: 'The model provider is overloaded (503, 529).' },
  PROVIDER_ERROR: {
    retryable: true,
    meaning: 'The model provider failed: another 5xx, 408, a broken stream, or (not retryable) another 4xx.',
  },
  CONTEXT_OVERFLOW: { retryable: false, meaning: 'The session does not fit into the context of the model.' },
  MODEL_NOT_FOUND: { retryable: false, meaning: 'The model provider does not know the model (404).' },
  LIMIT_EXCEEDED: { retryable: false, meaning: 'One of limits was passed.' },
  LINE_TOO_LONG: {
    retryable: false,
    meaning: 'A line of the agent was too long to read, and with it the final message was lost.',
  },
  DELEGATION_REFUSED: { retryable: false, meaning: 'The policy does not allow this delegated run.' },
  PLAN_CHANGED_FILES: { retryable: false, meaning: 'A delegated run in plan mode changed files.' },
  NO_CHANGES: { retryable: false, meaning: 'A delegated run in execute mode changed nothing.' },
  CONTAINER_START_FAILED: { retryable: true, meaning: 'The container or the runner could not be started.' },
  CONTAINER_DIED: { retryable: true, meaning: 'The container ended without an output frame.' },
  OUT_OF_MEMORY: { retryable: false, meaning: 'The container passed its memory limit.' },
  PROTOCOL_VIOLATION: {
    retryable: false,
    meaning: 'What came out of the container was not an output the host may believe.',
  },
  INTERNAL: { retryable: false, meaning: 'A defect of Turnbox itself.' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;

const codes = Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]];

export const ErrorCodeSchema = z.enum(codes).describe('Why a run failed: a row of the closed error table.');

/** The one error class: a caller's mistake or broken machinery, named by a row of the error table. */
export class TurnboxError extends Error {
  override readonly name = 'TurnboxError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
