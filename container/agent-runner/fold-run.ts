import {
  type ContainerInput,
  cutForEvent,
  type Line,
  MAX_LINE_BYTES,
  type RunFact,
  type Usage,
} from '../../ipc-schemas/index.ts';
import type { AgentEvent, ParsedLine } from './agents/agent.ts';
import { MessageFold } from './fold-messages.ts';
import { ToolFold } from './fold-tools.ts';
import { findPassedLimit } from './limits.ts';
import type { Redactor } from './redact.ts';
import { addUsage } from './usage-total.ts';

type MessageEnd = Extract<AgentEvent, { type: 'message_end' }>;

/** What the fold must know of the agent's lines. */
export interface LineReader {
  readonly parseLine: (line: string) => ParsedLine;
  readonly isDisposable: (head: string) => boolean;
}

const NO_FACTS: readonly RunFact[] = [];

/** Both, without a copy for the usual case of a delta behind nothing. */
function join(first: readonly RunFact[], then: readonly RunFact[]): readonly RunFact[] {
  return first.length === 0 ? then : [...first, ...then];
}

/**
 * Folds what the agent says into the facts for the host and, at the end, into what its run came to.
 *
 * Synchronous and without effects; the time is handed in. All text it gives is redacted.
 */
export class RunFold {
  readonly messages: MessageFold;
  readonly tools: ToolFold;
  readonly #input: ContainerInput;
  readonly #redactor: Redactor;
  #finished: 'no' | 'yes' | 'settled' = 'no';
  #isAborted = false;
  #isBusy = false;
  #usage: Usage = {};
  #turns = 0;
  #sessionId: string | undefined;
  #passedLimit: string | undefined;
  #eventCount = 0;
  #oversizedLines = 0;
  #mayHaveLostMessage = false;

  constructor(input: ContainerInput, redactor: Redactor) {
    this.#input = input;
    this.#redactor = redactor;
    this.tools = new ToolFold(redactor);
    this.messages = new MessageFold(redactor, {
      text: input.events === 'all',
      reasoning: input.events === 'all' || input.reasoningLevel === 'stream',
    });
  }

  /** Takes a line and gives the facts in it, in order. */
  takeLine(line: Line, reader: LineReader, nowMs: number): readonly RunFact[] {
    if (typeof line !== 'string') return this.#skip(line.byteLength, reader.isDisposable(line.head));
    if (line === '' || line === '\r') return NO_FACTS;
    const events = reader.parseLine(line);
    if (events === undefined)
      return [{ type: 'unparsed', line: cutForEvent(this.#redactor.text(line)).output }];
    this.#eventCount += 1;
    const [first, ...others] = events;
    if (first === undefined) return NO_FACTS;
    const facts = this.take(first, nowMs);
    return others.length === 0 ? facts : [...facts, ...others.flatMap((event) => this.take(event, nowMs))];
  }

  /** Takes an event and gives the facts in it, in order. */
  take(event: AgentEvent, nowMs: number): readonly RunFact[] {
    switch (event.type) {
      case 'session':
        this.#sessionId = event.sessionId;
        return NO_FACTS;
      case 'working':
        this.#takeBackFinish();
        return NO_FACTS;
      case 'busy':
        this.#isBusy = true;
        return NO_FACTS;
      case 'reasoning_delta':
        return this.messages.takeReasoning(event.text);
      case 'text_delta':
        return join(this.messages.endReasoning(), this.messages.takeText(event.text));
      case 'tool_start':
        return [...this.messages.endReasoning(), ...this.#startTool(event, nowMs)];
      case 'tool_end':
        return [this.tools.end(event, nowMs)];
      case 'message_end':
        return [...this.messages.endReasoning(), ...this.messages.endMessage(event), ...this.#count(event)];
      case 'retry':
        this.#takeBackFinish();
        return [{ ...event, reason: cutForEvent(this.#redactor.text(event.reason)).output }];
      case 'finished':
        this.#isBusy = false;
        this.#finished = event.isSettled || this.#finished === 'settled' ? 'settled' : 'yes';
        this.#isAborted ||= event.isAborted;
        return NO_FACTS;
    }
  }

  /** Ends what is open, as at the end of the agent's output. */
  end(): readonly RunFact[] {
    return [...this.messages.endReasoning(), ...this.messages.close()];
  }

  /** Whether the agent has given its finishing event: settled means that nothing follows it. */
  get finished(): 'no' | 'yes' | 'settled' {
    return this.#finished;
  }

  /** Whether the agent is doing something of its own after the finish. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Whether the agent itself says that it broke off. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  get usage(): Usage {
    return { ...this.#usage, turns: this.#turns, toolCalls: this.tools.total };
  }

  get sessionId(): string | undefined {
    return this.#sessionId;
  }

  /** How many lines were events of the agent. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Whether an over-long line was skipped and no message has ended since. */
  get mayHaveLostMessage(): boolean {
    return this.#mayHaveLostMessage;
  }

  /** The limit that the run passed before its finish, in words. */
  get passedLimit(): string | undefined {
    return this.#passedLimit;
  }

  #startTool(event: Extract<AgentEvent, { type: 'tool_start' }>, nowMs: number): readonly RunFact[] {
    const started = this.tools.start(event, nowMs);
    this.#checkLimits();
    return [started];
  }

  /** At the event that passes it: whether its finish is in the same piece of output decides nothing. */
  #checkLimits(): void {
    if (this.#finished !== 'no') return;
    this.#passedLimit ??= findPassedLimit(this.#input.limits, this.usage);
  }

  #takeBackFinish(): void {
    this.#isBusy = false;
    if (this.#finished === 'yes') this.#finished = 'no';
  }

  #count(end: MessageEnd): readonly RunFact[] {
    this.#mayHaveLostMessage = false;
    if (end.failure === undefined) this.#turns += 1;
    this.#usage = {
      ...addUsage(this.#usage, end.usage ?? {}),
      ...(end.provider !== undefined && { provider: this.#redactor.text(end.provider) }),
      ...(end.model !== undefined && { model: this.#redactor.text(end.model) }),
    };
    this.#checkLimits();
    const usage: RunFact = { type: 'usage', ...this.usage };
    return end.doubt === undefined ? [usage] : [usage, { type: 'notice', level: 'warning', text: end.doubt }];
  }

  /** One notice is enough, however many lines are skipped. */
  #skip(byteLength: number, isDisposable: boolean): readonly RunFact[] {
    this.#eventCount += 1;
    this.#mayHaveLostMessage ||= !isDisposable;
    this.tools.forgetRunning();
    this.#oversizedLines += 1;
    if (this.#oversizedLines > 1) return NO_FACTS;
    const text = `skipped a line of the agent with ${byteLength} bytes: the longest that is read has ${MAX_LINE_BYTES}`;
    return [{ type: 'notice', level: 'warning', text }];
  }
}
