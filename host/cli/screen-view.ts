import type { ContainerOutput, RunEvent } from '../../ipc-schemas/index.ts';
import type { CliIo } from './cli-io.ts';
import { findCaveat, renderFailure, summariseRun } from './describe-output.ts';
import { formatDuration } from './format-amounts.ts';
import type { LiveStatus } from './live-status.ts';
import { renderNotice, toNoticeLine } from './notice-line.ts';
import { TerminalTextStream, toTerminalText } from './plain-text.ts';
import type { RunActivity } from './run-activity.ts';
import type { RunView } from './show-run.ts';
import { cutToWidth } from './text-width.ts';

type TextEvent = Extract<RunEvent, { type: 'text_delta' | 'text_end' }>;

export interface ScreenParts {
  readonly io: Pick<CliIo, 'stdout' | 'stderr' | 'glyphs'>;
  readonly status: LiveStatus;
  readonly activity: RunActivity;
  /** Whether reasoning is shown too, dimmed and on stderr. */
  readonly showsReasoning: boolean;
}

/**
 * Shows a run on a terminal: text as it comes, a line a tool, the status line in between, a closing line.
 *
 * The status line is drawn only while the cursor is at the beginning of a line.
 */
export class ScreenView implements RunView {
  readonly #parts: ScreenParts;
  #text = new TerminalTextStream();
  /** The message whose text is being written. */
  #openMessageId: string | undefined;
  #isAtLineStart = true;
  #needsGap = false;
  #isBehindNotice = false;
  #isReasoning = false;
  #lastText = '';

  constructor(parts: ScreenParts) {
    this.#parts = parts;
  }

  take(event: RunEvent): void {
    const { activity, status, io } = this.#parts;
    const toolLabel = event.type === 'tool_end' ? activity.labelOf(event.toolCallId) : undefined;
    activity.take(event);
    if (event.type === 'text_delta') return this.#write(event);
    if (event.type === 'text_end') return this.#endMessage(event);
    if (event.type === 'reasoning_delta') return this.#reason(event.text);
    if (event.type === 'tool_end') this.#tellTool(toolLabel ?? event.name, event);
    const notice = toNoticeLine(event, io.stderr.style);
    if (notice !== undefined) {
      this.#endLine();
      status.print(notice);
      this.#needsGap = true;
      this.#isBehindNotice = true;
    }
    if (this.#isAtLineStart) status.show();
    return undefined;
  }

  stop(): void {
    this.#parts.activity.stop();
    this.#endLine();
    this.#parts.status.show();
  }

  end(output: ContainerOutput): void {
    const { io, status } = this.#parts;
    status.hide();
    this.#endLine();
    if (output.status === 'error') {
      const { partial } = output;
      this.#gap();
      status.print(renderFailure(output, io.stderr, partial !== undefined && partial === this.#lastText));
      return;
    }
    this.#writeRest(output.result ?? '');
    const caveat = findCaveat(output);
    if (caveat !== undefined) this.#gap();
    if (caveat !== undefined) status.print(renderNotice('warning', caveat, io.stderr.style));
    status.print(`\n${io.stderr.style.dim(summariseRun(output, io.glyphs.separator))}`);
  }

  [Symbol.dispose](): void {
    this.#parts.status[Symbol.dispose]();
  }

  #write({ text, messageId }: TextEvent): void {
    this.#parts.status.hide();
    if (this.#openMessageId !== messageId) {
      this.#endLine();
      this.#gap();
      this.#openMessageId = messageId;
      this.#text = new TerminalTextStream();
      this.#lastText = '';
    }
    this.#lastText += text;
    this.#print(this.#text.push(text));
  }

  #endMessage(event: TextEvent): void {
    if (this.#openMessageId !== event.messageId) this.#write(event);
    this.#lastText = event.text;
    this.#openMessageId = undefined;
    this.#endLine();
    this.#needsGap = true;
    this.#parts.status.show();
  }

  #reason(text: string): void {
    const { io, status, showsReasoning } = this.#parts;
    if (!showsReasoning) {
      if (this.#isAtLineStart) status.show();
      return;
    }
    status.hide();
    if (!this.#isReasoning) {
      this.#endLine();
      this.#gap();
    }
    this.#isReasoning = true;
    void io.stderr.write(io.stderr.style.dim(toTerminalText(text)));
    this.#isAtLineStart = text.endsWith('\n');
    this.#needsGap = true;
  }

  #tellTool(label: string, event: Extract<RunEvent, { type: 'tool_end' }>): void {
    const { stderr, glyphs } = this.#parts.io;
    this.#endLine();
    if (this.#isBehindNotice) this.#gap();
    const sign = event.isError ? stderr.style.bad(glyphs.failed) : stderr.style.good(glyphs.done);
    const time = ` (${formatDuration(event.durationMs)})`;
    const room = Math.max(0, stderr.columns - 5 - time.length);
    this.#parts.status.print(
      `  ${sign} ${stderr.style.dim(`${cutToWidth(label, room, glyphs.ellipsis)}${time}`)}`,
    );
    this.#needsGap = true;
  }

  /** The answer may be more than the text that came before it, such as a list of tools. */
  #writeRest(result: string): void {
    if (result === this.#lastText) return;
    const isMore = this.#lastText !== '' && result.startsWith(this.#lastText);
    const rest = isMore ? result.slice(this.#lastText.length).replace(/^\n/, '') : result;
    if (!isMore) this.#gap();
    this.#print(toTerminalText(rest));
    this.#endLine();
  }

  #print(text: string): void {
    if (text === '') return;
    this.#isAtLineStart = text.endsWith('\n');
    this.#needsGap = true;
    void this.#parts.io.stdout.write(text);
  }

  #endLine(): void {
    if (this.#isAtLineStart) return;
    const { stdout, stderr } = this.#parts.io;
    void (this.#isReasoning ? stderr : stdout).write('\n');
    this.#isReasoning = false;
    this.#isAtLineStart = true;
  }

  /** An empty line between what was before and what follows. */
  #gap(): void {
    if (this.#needsGap) {
      this.#parts.status.hide();
      void this.#parts.io.stdout.write('\n');
    }
    this.#needsGap = false;
    this.#isBehindNotice = false;
  }
}
