import {
  AGENT_NAMES,
  type ContainerInput,
  ContainerInputSchema,
  describeInputProblems,
  describeValue,
  findOutputNonce,
  newRequestId,
  REQUEST_ID_PATTERN,
} from '../../ipc-schemas/index.ts';
import { isRecord, type KnownFields, normaliseInput } from './normalise-input.ts';
import { createRedactor } from './redact.ts';

const SCHEDULED_MARK = '[SCHEDULED TASK]\n';

const { timeouts, limits } = ContainerInputSchema.shape;

const KNOWN_FIELDS: KnownFields = new Map([
  ...Object.keys(ContainerInputSchema.shape).map((name) => [name, undefined] as const),
  ['timeouts', new Set(Object.keys(timeouts.unwrap().shape))] as const,
  ['limits', new Set(Object.keys(limits.unwrap().shape))] as const,
]);

/** What is known of an input, also of one that is wrong: enough to answer it. */
interface Answerable {
  readonly requestId: string;
  readonly outputNonce: string | undefined;
  /** The agent asked for, where there is such a one; else the default. */
  readonly agent: ContainerInput['agent'];
}

export type ParsedInput = Answerable &
  (
    | { readonly kind: 'input'; readonly input: ContainerInput; readonly warnings: readonly string[] }
    | { readonly kind: 'invalid'; readonly problem: string }
  );

/**
 * Reads a ContainerInput from its bytes: UTF-8, a BOM tolerated, one JSON object.
 *
 * Pure but for a fresh requestId where none is given. A scheduled prompt begins with its mark.
 */
export function parseInput(bytes: Uint8Array): ParsedInput {
  const decoded = parseJson(bytes);
  if (decoded.kind === 'invalid') return { ...nothingKnown(), ...decoded };
  const raw = decoded.value;
  if (!isRecord(raw)) {
    const problem = `ContainerInput: expected a JSON object, found ${describeValue(raw)}`;
    return { ...nothingKnown(), kind: 'invalid', problem };
  }
  const { document, warnings } = normaliseInput(raw, KNOWN_FIELDS);
  const answerable: Answerable = {
    requestId: usableRequestId(document['requestId']) ?? newRequestId(),
    outputNonce: findOutputNonce(document),
    agent: AGENT_NAMES.find((name) => name === document['agent']) ?? 'pi',
  };
  // For one parse, compiling the schema costs more than it saves.
  const checked = ContainerInputSchema.safeParse(document, { jitless: true });
  if (!checked.success) {
    const problem = describeInputProblems(checked.error, document);
    return { ...answerable, kind: 'invalid', problem: redactSecrets(problem, document['secrets']) };
  }
  return { ...answerable, kind: 'input', input: markScheduled(checked.data), warnings };
}

function nothingKnown(): Answerable {
  return { requestId: newRequestId(), outputNonce: undefined, agent: 'pi' };
}

function parseJson(
  bytes: Uint8Array,
):
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly problem: string } {
  if (bytes.length === 0) return invalid('nothing');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return invalid(`${bytes.length} bytes that are not UTF-8`);
  }
  if (text.trim() === '') return invalid('only white space');
  try {
    return { kind: 'value', value: JSON.parse(text) };
  } catch (error) {
    return invalid(`no JSON (${whereJsonBreaks(error)})`);
  }
}

function invalid(found: string): { readonly kind: 'invalid'; readonly problem: string } {
  return { kind: 'invalid', problem: `ContainerInput: expected one JSON object on stdin, found ${found}` };
}

/** The parser's own words without the text it quotes, which may hold secrets. */
function whereJsonBreaks(error: unknown): string {
  if (!(error instanceof SyntaxError)) return 'it is nested too deeply';
  const position = /at position \d+/.exec(error.message)?.[0];
  return position === undefined ? 'it ends too early' : `broken ${position}`;
}

/** A problem shows what was found, and a secret may stand in more places than `secrets`. */
function redactSecrets(problem: string, secrets: unknown): string {
  const values = isRecord(secrets) ? Object.values(secrets) : [];
  return createRedactor(values.filter((value) => typeof value === 'string')).text(problem);
}

function usableRequestId(value: unknown): string | undefined {
  return typeof value === 'string' && REQUEST_ID_PATTERN.test(value) ? value : undefined;
}

function markScheduled(input: ContainerInput): ContainerInput {
  if (!input.isScheduledTask || input.prompt.startsWith(SCHEDULED_MARK)) return input;
  return { ...input, prompt: SCHEDULED_MARK + input.prompt };
}
