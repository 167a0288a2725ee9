import { parseArgs } from 'node:util';

import type { ActionRequest, MEMORY_SOURCES } from '../../../ipc-schemas/index.ts';

/** What a command asks the host for; its requestId comes later. */
export type MemoryQuestion = Pick<
  Extract<ActionRequest, { type: 'memory_action' }>,
  'type' | 'action' | 'params'
>;

/** What the arguments ask for. */
export type ParsedArguments =
  | { readonly kind: 'ask'; readonly question: MemoryQuestion; readonly timeoutMs: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problem: string };

/** Written out: its home is a file of schemas, and zod alone would take longer to load than the whole program. */
const SOURCES = ['memory', 'sessions', 'all'] as const satisfies typeof MEMORY_SOURCES;

const DEFAULT_TIMEOUT_MS = 20_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const MAX_TOP_K = 100;

const COMMON_OPTIONS = ['group', 'timeout-ms'];
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  search: ['query', 'top-k', 'sources', ...COMMON_OPTIONS],
  get: ['path', 'lines', ...COMMON_OPTIONS],
};
const COMMAND_NAMES = Object.keys(COMMANDS).join(' or ');

type Values = Readonly<Record<string, string | undefined>>;

/** A wrong argument: caught where parsing begins, never seen outside. */
class WrongArgument extends Error {}

/** Reads the arguments of memory-tool. Total: what is wrong is said as expected and found. */
export function parseArguments(args: readonly string[]): ParsedArguments {
  try {
    return parse(args);
  } catch (error) {
    if (error instanceof WrongArgument) return { kind: 'wrong', problem: error.message };
    throw error;
  }
}

function parse(args: readonly string[]): ParsedArguments {
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  const [command, ...rest] = args;
  if (command === '--version') return { kind: 'version' };
  if (command === undefined) throw new WrongArgument(`expected ${COMMAND_NAMES}, found nothing`);
  const names = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (names === undefined) throw new WrongArgument(`expected ${COMMAND_NAMES}, found ${quote(command)}`);
  const values = readOptions(command, rest, names);
  const timeoutMs = wholeNumber(values, 'timeout-ms', LONGEST_TIMER_MS) ?? DEFAULT_TIMEOUT_MS;
  return { kind: 'ask', question: command === 'search' ? toSearch(values) : toGet(values), timeoutMs };
}

/** Takes `--name value` and `--name=value`; a value may begin with a dash where `=` stands before it. */
function readOptions(command: string, args: readonly string[], names: readonly string[]): Values {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      throw new WrongArgument(`${command}: expected options only, found ${quote(token.value)}`);
    }
    const { name, rawName, value } = token;
    if (!names.includes(name)) {
      const known = names.map((known) => `--${known}`).join(', ');
      throw new WrongArgument(`${command}: expected one of ${known}, found ${quote(rawName)}`);
    }
    if (value === undefined) throw new WrongArgument(`${rawName}: expected a value, found nothing`);
    if (!token.inlineValue && value.startsWith('--')) {
      throw new WrongArgument(`${rawName}: expected a value, found ${quote(value)}; write ${rawName}=VALUE`);
    }
    values[name] = value;
  }
  return values;
}

function toSearch(values: Values): MemoryQuestion {
  const query = values['query'];
  if (query === undefined) throw new WrongArgument('search: expected --query with words, found none');
  if (query.trim() === '') throw new WrongArgument(`--query: expected words, found ${quote(query)}`);
  const sources = SOURCES.find((source) => source === values['sources']);
  if (values['sources'] !== undefined && sources === undefined) {
    const expected = SOURCES.join(', ');
    throw new WrongArgument(`--sources: expected one of ${expected}, found ${quote(values['sources'])}`);
  }
  const topK = wholeNumber(values, 'top-k', MAX_TOP_K);
  const params = { query, topK, sources, groupFolder: values['group'] };
  return { type: 'memory_action', action: 'memory_search', params };
}

function toGet(values: Values): MemoryQuestion {
  const params = {
    path: values['path'] ?? 'MEMORY.md',
    groupFolder: values['group'],
    ...lineRange(values['lines']),
  };
  return { type: 'memory_action', action: 'memory_get', params };
}

function wholeNumber(values: Values, name: string, max: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  throw new WrongArgument(`--${name}: expected a whole number from 1 to ${max}, found ${quote(text)}`);
}

function lineRange(text: string | undefined): { startLine?: number; endLine?: number } {
  if (text === undefined) return {};
  const match = /^([0-9]{1,15}):([0-9]{1,15})$/.exec(text);
  const startLine = Number(match?.[1]);
  const endLine = Number(match?.[2]);
  if (startLine >= 1 && endLine >= startLine) return { startLine, endLine };
  throw new WrongArgument(
    `--lines: expected A:B with whole numbers, 1 ≤ A ≤ B, such as 10:20, found ${quote(text)}`,
  );
}

/** Anybody's text on one line: quoted, and cut where it is long. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
