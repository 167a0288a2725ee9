import { type ContainerInput, cutForEvent, cutText, type RunFact } from '../../ipc-schemas/index.ts';
import type { AgentEvent } from './agents/agent.ts';
import type { Redactor } from './redact.ts';

type ToolStart = Extract<AgentEvent, { type: 'tool_start' }>;
type ToolEnd = Extract<AgentEvent, { type: 'tool_end' }>;

const MAX_LISTED_CALLS = 1000;
const MAX_LISTED_INPUT_CHARS = 160;
const MAX_LISTED_OUTPUT_CHARS = 500;

interface ToolCall {
  readonly name: string;
  readonly input: string;
  output: string;
  isError: boolean;
}

/** Fields that say by themselves what a call does. */
const TELLING_FIELDS = ['command', 'path', 'file_path', 'pattern', 'query', 'task'];

/** The tool calls of a run: their facts, which of them run, and the listing that verboseMode asks for. */
export class ToolFold {
  readonly #redactor: Redactor;
  readonly #startedAt = new Map<string, number>();
  readonly #listed: ToolCall[] = [];
  /** The listed call that each id stands for now: some models give an id again. */
  readonly #latest = new Map<string, ToolCall>();
  #total = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  start(event: ToolStart, nowMs: number): RunFact {
    const { toolCallId } = event;
    const name = this.#redactor.text(event.name);
    const input = this.#redactor.value(event.input);
    this.#total += 1;
    this.#startedAt.set(toolCallId, nowMs);
    this.#latest.delete(toolCallId);
    if (this.#listed.length < MAX_LISTED_CALLS) {
      const call = { name, input: describeToolInput(input), output: '', isError: false };
      this.#listed.push(call);
      this.#latest.set(toolCallId, call);
    }
    return { type: 'tool_start', toolCallId: this.#redactor.text(toolCallId), name, input };
  }

  end(event: ToolEnd, nowMs: number): RunFact {
    const { toolCallId, isError } = event;
    const output = this.#redactor.text(event.output);
    const durationMs = Math.max(0, Math.round(nowMs - (this.#startedAt.get(toolCallId) ?? nowMs)));
    this.#startedAt.delete(toolCallId);
    const listed = this.#latest.get(toolCallId);
    if (listed !== undefined) {
      listed.isError = isError;
      listed.output = cutText(output, MAX_LISTED_OUTPUT_CHARS);
    }
    return {
      type: 'tool_end',
      toolCallId: this.#redactor.text(toolCallId),
      name: this.#redactor.text(event.name),
      isError,
      ...cutForEvent(output),
      durationMs,
    };
  }

  /** Counts no call as running any more: the line that ended it may have been lost. */
  forgetRunning(): void {
    this.#startedAt.clear();
  }

  get total(): number {
    return this.#total;
  }

  get isRunning(): boolean {
    return this.#startedAt.size > 0;
  }

  /** The listing, or '' where there is nothing to list. */
  toListing(mode: ContainerInput['verboseMode']): string {
    const calls = this.#listed;
    if (mode === 'off' || calls.length === 0) return '';
    if (mode === 'new') return `Tools: ${[...new Set(calls.map((call) => call.name))].join(', ')}`;
    const lines = calls.flatMap((call) => toLines(call, mode === 'verbose'));
    const unlisted = this.#total - calls.length;
    return ['Tools:', ...lines, ...(unlisted > 0 ? [`… and ${unlisted} more`] : [])].join('\n');
  }
}

function toLines(call: ToolCall, hasOutput: boolean): string[] {
  const line = `- ${call.name}${call.input === '' ? '' : `: ${call.input}`}${call.isError ? ' (failed)' : ''}`;
  if (!hasOutput || call.output === '') return [line];
  return [line, ...call.output.trimEnd().replace(/^/gm, '    ').split('\n')];
}

/** A tool's arguments on one line of at most 160 characters. */
function describeToolInput(input: unknown): string {
  if (input === undefined || input === null) return '';
  const fields = typeof input === 'object' ? (input as Record<string, unknown>) : {};
  const told = TELLING_FIELDS.map((field) => fields[field]).find((value) => typeof value === 'string');
  return cutText((told ?? JSON.stringify(input)).replace(/\s+/g, ' ').trim(), MAX_LISTED_INPUT_CHARS);
}
