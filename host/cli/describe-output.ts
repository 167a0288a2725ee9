import type { ContainerOutput, ErrorCode } from '../../ipc-schemas/index.ts';
import type { OutputSink } from './cli-io.ts';
import { formatCost, formatCount, formatDuration } from './format-amounts.ts';
import { toOneLine, toTerminalText } from './plain-text.ts';

const MAX_ERROR_CHARS = 1000;

const CURES: Partial<Record<ErrorCode, string>> = {
  AGENT_NOT_FOUND:
    'install pi with "npm install -g @earendil-works/pi-coding-agent", or name the program in TURNBOX_PI_BIN',
  AUTH_FAILED: 'check the key of the model provider ("turnbox doctor" names the keys that it finds)',
  MODEL_NOT_FOUND: 'check --provider and --model ("pi --list-models" lists what pi knows)',
  AGENT_TIMED_OUT: 'give it more time, for example --timeout 1h',
  CONTEXT_OVERFLOW: 'start a fresh session with --no-continue',
  CONTAINER_START_FAILED: 'run "turnbox doctor"',
  AGENT_FAILED: '"turnbox doctor" checks pi and its keys; --no-continue starts a fresh session',
};

/** Flags by the fields of the input that they set. */
const FLAGS: Readonly<Record<string, string>> = {
  groupFolder: '--group',
  chatJid: '--group',
  provider: '--provider',
  model: '--model',
  agent: '--agent',
  'timeouts.wallMs': '--timeout',
};

/** What went wrong, on one line that begins with its code; an error of the input names the flag. */
export function describeFailure(output: Pick<ContainerOutput, 'errorCode' | 'error'>): string {
  const code = output.errorCode ?? 'INTERNAL';
  const said = output.error ?? '';
  const told = code === 'INPUT_INVALID' ? nameFlags(said) : said;
  return `${code}: ${cut(toOneLine(told))}`;
}

/** Names flags instead of the fields that they set. */
export function nameFlags(problems: string): string {
  return problems
    .split('\n')
    .map((line) => line.replace(/^[\w.]+(?=: )/, (field) => FLAGS[field] ?? field))
    .join('; ');
}

/** What a user can do about a failure; undefined where nothing better than reading it is known. */
export function findCure(
  output: Pick<ContainerOutput, 'errorCode' | 'retryable' | 'retryAfterMs'>,
): string | undefined {
  const cure = output.errorCode && CURES[output.errorCode];
  if (cure !== undefined) return cure;
  if (output.retryable !== true) return undefined;
  const { retryAfterMs } = output;
  return retryAfterMs === undefined
    ? 'this may pass: try again'
    : `this may pass: try again in ${formatDuration(retryAfterMs)}`;
}

/** The closing line: tokens, cost, duration and tools, as far as they are known. */
export function summariseRun(output: ContainerOutput, separator: string): string {
  const { totalTokens, costUsd, toolCalls } = output.usage ?? {};
  return [
    totalTokens === undefined ? '' : formatCount(totalTokens, 'token'),
    costUsd === undefined ? '' : formatCost(costUsd),
    formatDuration(output.durationMs),
    toolCalls === undefined || toolCalls === 0 ? '' : formatCount(toolCalls, 'tool call'),
  ]
    .filter((part) => part !== '')
    .join(separator);
}

/** The lines for stderr that tell of a failed run; text that was written before is marked as partial. */
export function renderFailure(output: ContainerOutput, sink: OutputSink, isPartialShown: boolean): string {
  const { style } = sink;
  const cure = findCure(output);
  const lines = [
    `${style.bad('turnbox:')} ${describeFailure(output)}`,
    ...(cure === undefined ? [] : [`  ${style.dim('try:')} ${cure}`]),
  ];
  const { partial } = output;
  if (partial !== undefined && partial !== '') {
    if (isPartialShown) lines.push('  The text above is partial: the run did not finish.');
    else
      lines.push('--- partial answer, the run did not finish ---', toTerminalText(partial).trimEnd(), '---');
  }
  return lines.join('\n');
}

/** What a user must know of an answer beside its text; undefined for a usual one. */
export function findCaveat(output: ContainerOutput): string | undefined {
  if (output.stopReason === 'length') return 'the answer was cut: the model reached the length it may write';
  if (output.result === '') return 'the agent ended without a final text';
  return undefined;
}

function cut(text: string): string {
  return text.length <= MAX_ERROR_CHARS ? text : `${text.slice(0, MAX_ERROR_CHARS).toWellFormed()}...`;
}
