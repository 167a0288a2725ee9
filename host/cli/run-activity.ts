import type { RunEvent } from '../../ipc-schemas/index.ts';
import { formatDuration } from './format-amounts.ts';
import { toOneLine } from './plain-text.ts';

const MAX_LABEL_CHARS = 500;

/** Arguments that say most about a call, best first. */
const TELLING_ARGUMENTS = ['command', 'path', 'file_path', 'pattern', 'query', 'url', 'task'];

/** A tool call on one line: its name and the argument that says most about it. */
export function toToolLabel(name: string, input: unknown): string {
  const told = toOneLine(tellInput(input).slice(0, MAX_LABEL_CHARS));
  return told === '' ? toOneLine(name) : `${toOneLine(name)}: ${told}`;
}

function tellInput(input: unknown): string {
  if (typeof input !== 'object' || input === null) return input === undefined ? '' : JSON.stringify(input);
  const values = input as Readonly<Record<string, unknown>>;
  const telling = TELLING_ARGUMENTS.map((key) => values[key]).find((value) => typeof value === 'string');
  if (typeof telling === 'string') return telling;
  const json = JSON.stringify(input);
  return json === '{}' ? '' : json;
}

/** Follows the events of a run and can say at any time, in a few words, what it is doing. */
export class RunActivity {
  readonly #runningTools = new Map<string, string>();
  #text = 'starting';
  #totalTokens: number | undefined;
  #isStopping = false;

  take(event: RunEvent): void {
    switch (event.type) {
      case 'run_start':
        this.#text = `starting ${toOneLine(event.agent)}`;
        break;
      case 'text_delta':
        this.#text = 'writing';
        break;
      case 'reasoning_delta':
      case 'text_end':
        this.#text = 'thinking';
        break;
      case 'tool_start':
        this.#runningTools.set(event.toolCallId, toToolLabel(event.name, event.input));
        break;
      case 'tool_end':
        this.#runningTools.delete(event.toolCallId);
        this.#text = 'thinking';
        break;
      case 'retry':
        this.#text = `retry ${event.attempt} in ${formatDuration(event.delayMs)}: ${toOneLine(event.reason)}`;
        break;
      case 'usage':
        this.#totalTokens = event.totalTokens;
        break;
      case 'run_end':
        this.#text = 'finishing';
        break;
      case 'notice':
      case 'unparsed':
    }
  }

  /** The user has asked for its end: nothing else matters from here. */
  stop(): void {
    this.#isStopping = true;
  }

  /** Tools that run go before anything else; of several the one that was started first is named. */
  get text(): string {
    if (this.#isStopping) return 'stopping (Ctrl-C again ends it at once)';
    const [first, ...others] = this.#runningTools.values();
    if (first === undefined) return this.#text;
    return others.length === 0 ? first : `(${others.length + 1} tools) ${first}`;
  }

  /** The label of a tool that runs. */
  labelOf(toolCallId: string): string | undefined {
    return this.#runningTools.get(toolCallId);
  }

  get totalTokens(): number | undefined {
    return this.#totalTokens;
  }
}
