import { type ActionResult, parseSpoolJson } from '../../../ipc-schemas/index.ts';

/** The answer of the host, or what is wrong with the file that stands for it. */
export type ParsedAnswer =
  | { readonly kind: 'answer'; readonly answer: Pick<ActionResult, 'status' | 'result' | 'error'> }
  | { readonly kind: 'wrong'; readonly problem: string };

/**
 * Reads a result file: `ActionResultSchema`, checked by hand.
 *
 * zod alone would take longer to load than the whole round trip; a test keeps the two in step.
 */
export function parseAnswer(bytes: Uint8Array, requestId: string): ParsedAnswer {
  const json = parseSpoolJson(bytes);
  if (json.kind === 'malformed') return wrong(json.reason);
  const answer = json.value;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return wrong('it is no object');
  const {
    requestId: found,
    status,
    error,
    errorCode,
    executedAt,
    result,
  } = answer as Record<string, unknown>;
  if (found !== requestId) return wrong('its requestId is not that of the request');
  if (status !== 'success' && status !== 'error') return wrong('status: expected success or error');
  if (error !== undefined && typeof error !== 'string') return wrong('error: expected a string');
  if (errorCode !== undefined && typeof errorCode !== 'string') return wrong('errorCode: expected a string');
  if (typeof executedAt !== 'string') return wrong('executedAt: expected a string');
  return { kind: 'answer', answer: { status, result, error } };
}

function wrong(problem: string): ParsedAnswer {
  return { kind: 'wrong', problem: `the answer of the host cannot be read: ${problem}` };
}
