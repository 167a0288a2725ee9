import type { z } from 'zod';

import {
  AGENT_NAMES,
  CODING_HINTS,
  type ContainerInput,
  EVENT_LEVELS,
  REASONING_LEVELS,
  THINK_LEVELS,
  VERBOSE_MODES,
} from './container-input.ts';

const oneOf = (values: readonly string[]): string => `one of ${values.join(', ')}`;

/** What each field must be, in words; the other half of every INPUT_INVALID message. */
const EXPECTED: Record<keyof ContainerInput, string> = {
  prompt: 'a string, not blank, of at most 4 MiB of UTF-8',
  groupFolder:
    'a name of 1 to 64 letters, digits, dots, dashes and underscores that begins with a letter or digit and is not "global"',
  chatJid: 'a string of 1 to 256 characters without NUL',
  isMain: 'true or false',
  isScheduledTask: 'true or false',
  assistantName: 'a string',
  secrets: 'an object of environment variable names ([A-Za-z_][A-Za-z0-9_]*) to strings without NUL',
  provider: 'a name of 1 to 256 characters that does not begin with "-" or a space',
  model: 'a name of 1 to 256 characters that does not begin with "-" or a space',
  thinkLevel: oneOf(THINK_LEVELS),
  reasoningLevel: oneOf(REASONING_LEVELS),
  verboseMode: oneOf(VERBOSE_MODES),
  noContinue: 'true or false',
  memoryContext: 'a string',
  extraSystemPrompt: 'a string',
  codingHint: oneOf(CODING_HINTS),
  requestId:
    'a name of 1 to 128 letters, digits, dots, dashes and underscores that begins with a letter or digit',
  agent: oneOf(AGENT_NAMES),
  tools: 'a list of at most 256 tool names ([A-Za-z0-9_.:-], at most 128 characters each)',
  timeouts:
    'an object of wallMs, firstEventMs and stallMs, each a whole number of milliseconds from 1 to 2147483647',
  limits:
    'an object of maxTotalTokens (whole, from 1), maxCostUsd (above 0) and maxToolCalls (whole, from 0)',
  events: oneOf(EVENT_LEVELS),
  outputNonce: '16 to 64 letters and digits',
};

/** Fields whose text is never repeated in a message: it is secret, private or long. */
const PRIVATE_FIELDS = new Set(['prompt', 'secrets', 'memoryContext', 'extraSystemPrompt', 'outputNonce']);

/** Says in a few words what a JSON value is, and shows it only where it is short and may be shown. */
export function describeValue(value: unknown, mayShow = true): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') {
    return mayShow && value.length <= 80 ? JSON.stringify(value) : `a string of ${value.length} characters`;
  }
  // JSON.stringify would call Infinity null, and 1e999 in a document is read as Infinity.
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return mayShow ? `the ${typeof value} ${shown}` : `a ${typeof value}`;
}

/**
 * Says what is wrong with a ContainerInput, a problem a line and at most five: the field, what was expected,
 * what was found. Values of secrets, prompts and other private fields are never repeated.
 */
export function describeInputProblems(error: z.ZodError, document: unknown): string {
  const problems = new Set(error.issues.map((issue) => describeProblem(issue, document)));
  return [...problems].slice(0, 5).join('\n');
}

function describeProblem(issue: z.core.$ZodIssue, document: unknown): string {
  const field = issue.path[0];
  if (field === undefined) return `ContainerInput: expected a JSON object, found ${describeValue(document)}`;
  const expected = EXPECTED[field as keyof ContainerInput];
  const found =
    issue.code === 'invalid_key'
      ? 'a key that is not such a name'
      : describeValue(valueAt(document, issue.path), !PRIVATE_FIELDS.has(String(field)));
  return `${issue.path.map(describeKey).join('.')}: expected ${expected}, found ${found}`;
}

/** A key is anybody's text too: only a plain one stands bare, the others as a JSON string, cut to 80 characters. */
function describeKey(key: PropertyKey): string {
  const text = String(key);
  return /^\w{1,80}$/.test(text) ? text : JSON.stringify(text.slice(0, 80));
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
