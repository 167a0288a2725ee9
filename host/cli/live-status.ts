import type { OutputSink } from './cli-io.ts';
import type { Glyphs } from './glyphs.ts';
import type { RunActivity } from './run-activity.ts';
import { renderStatus } from './status-line.ts';

const REDRAW_MS = 100;

const ERASE_LINE = '\r\u001b[K';

/**
 * The line at the bottom that shows what a run is doing, redrawn in place; nothing where it can't be.
 *
 * It owns stderr while it lives: other lines go through `print`, and whoever writes to the same terminal by
 * another way hides it first. Dispose it, or it goes on drawing.
 */
export class LiveStatus implements Disposable {
  readonly #sink: OutputSink;
  readonly #glyphs: Glyphs;
  readonly #activity: RunActivity;
  readonly #startedMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isDrawn = false;
  #tick = 0;

  constructor(sink: OutputSink, glyphs: Glyphs, activity: RunActivity) {
    this.#sink = sink;
    this.#glyphs = glyphs;
    this.#activity = activity;
  }

  /** Draws the line, now and from now on. The cursor must be at the beginning of a line. */
  show(): void {
    if (!this.#sink.canRedraw) return;
    this.#timer ??= setInterval(() => this.#draw(), REDRAW_MS).unref();
    this.#draw();
  }

  /** Takes the line away and leaves the cursor where it began. */
  hide(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#isDrawn) void this.#sink.write(ERASE_LINE);
    this.#isDrawn = false;
  }

  /** Writes whole lines to stderr, above the status line. */
  print(text: string): void {
    const wasShown = this.#timer !== undefined;
    this.hide();
    void this.#sink.write(`${text}\n`);
    if (wasShown) this.show();
  }

  [Symbol.dispose](): void {
    this.hide();
  }

  #draw(): void {
    const { text: activity, totalTokens } = this.#activity;
    const elapsedMs = performance.now() - this.#startedMs;
    const facts = { activity, totalTokens, elapsedMs, tick: this.#tick };
    const line = renderStatus(facts, this.#sink.columns, this.#glyphs);
    this.#tick += 1;
    this.#isDrawn = true;
    void this.#sink.write(`${ERASE_LINE}${this.#sink.style.dim(line)}`);
  }
}
