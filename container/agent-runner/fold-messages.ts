import type { RunFact } from '../../ipc-schemas/index.ts';
import type { AgentEvent, AgentFailure } from './agents/agent.ts';
import { MessageText } from './message-text.ts';
import type { Redactor } from './redact.ts';

type MessageEnd = Extract<AgentEvent, { type: 'message_end' }>;

/** How the last message of the model ended; its text is redacted. */
export interface LastMessage {
  readonly text: string;
  readonly stopReason: MessageEnd['stopReason'];
  readonly failure: AgentFailure | undefined;
}

/** Which facts are worth making: deltas cost, and nobody may be listening. */
export interface WantedDeltas {
  readonly text: boolean;
  readonly reasoning: boolean;
}

const NO_FACTS: readonly RunFact[] = [];

/** The messages of the model: deltas and ends to show, the last one for the result, open text for a failed run. */
export class MessageFold {
  readonly #redactor: Redactor;
  readonly #wants: WantedDeltas;
  #reasoning;
  #open: MessageText | undefined;
  #count = 0;
  #lastText = '';
  #last: LastMessage | undefined;

  constructor(redactor: Redactor, wants: WantedDeltas) {
    this.#redactor = redactor;
    this.#wants = wants;
    this.#reasoning = redactor.startStream();
  }

  takeText(piece: string): readonly RunFact[] {
    this.#open ??= this.#openMessage();
    const delta = this.#open.push(piece);
    return delta === '' ? NO_FACTS : [this.#textDelta(delta)];
  }

  takeReasoning(piece: string): readonly RunFact[] {
    return this.#wants.reasoning ? toReasoning(this.#reasoning.push(piece)) : NO_FACTS;
  }

  /** Gives the reasoning that was held back: something else follows. */
  endReasoning(): readonly RunFact[] {
    return this.#wants.reasoning ? toReasoning(this.#reasoning.end()) : NO_FACTS;
  }

  endMessage(end: MessageEnd): readonly RunFact[] {
    const facts: RunFact[] = [];
    if (this.#open !== undefined && !this.#open.isBeginningOf(end.text)) facts.push(...this.close());
    if (end.text !== '') {
      this.#open ??= this.#openMessage();
      facts.push(...this.close(end.text));
    }
    const failure = end.failure && { ...end.failure, text: this.#redactor.text(end.failure.text) };
    this.#last = { text: end.text === '' ? '' : this.#lastText, stopReason: end.stopReason, failure };
    return facts;
  }

  /** Ends the open message, if there is one: with the rest of its whole text where that is known. */
  close(whole?: string): readonly RunFact[] {
    const open = this.#open;
    if (open === undefined) return NO_FACTS;
    const delta = open.end(whole);
    const { text } = open;
    if (text !== '') this.#lastText = text;
    this.#open = undefined;
    const end: RunFact = { type: 'text_end', text, messageId: this.#messageId };
    return delta === '' ? [end] : [this.#textDelta(delta), end];
  }

  /** The last message that ended. */
  get last(): LastMessage | undefined {
    return this.#last;
  }

  /** Text of the last message that had any, ended or not. */
  get textSoFar(): string {
    return this.#open?.text || this.#lastText;
  }

  #openMessage(): MessageText {
    this.#count += 1;
    return new MessageText(this.#redactor, this.#wants.text);
  }

  get #messageId(): string {
    return `m${this.#count}`;
  }

  #textDelta(text: string): RunFact {
    return { type: 'text_delta', text, messageId: this.#messageId };
  }
}

function toReasoning(text: string): readonly RunFact[] {
  return text === '' ? NO_FACTS : [{ type: 'reasoning_delta', text }];
}
