import type { Environment } from '../config.ts';
import type { Glyphs } from './glyphs.ts';
import type { Style } from './style.ts';

/** One of the two streams that a command writes to. */
export interface OutputSink {
  readonly isTerminal: boolean;
  /** Whether a line on it can be drawn over: a terminal, and not a dumb one. */
  readonly canRedraw: boolean;
  /** Width in cells, as it is now; 80 where it is unknown. */
  readonly columns: number;
  readonly style: Style;
  /** Aborted when nobody reads any more; the reason is the error. Later writes do nothing. */
  readonly closed: AbortSignal;
  /** Resolves when the text is handed on, or can't be. Never rejects. */
  write(text: string): Promise<void>;
}

export interface InputSource {
  readonly isTerminal: boolean;
  /** Whether it is a regular file with something in it, as after `<`. */
  readonly isFile: boolean;
  /** Opens it: until then it is left alone. */
  open(): AsyncIterable<Uint8Array>;
}

/** The signals that reached this process since it began to watch for them. */
export interface Interrupts extends Disposable {
  /** Aborted by the first. */
  readonly first: AbortSignal;
  /** Aborted by the second. */
  readonly second: AbortSignal;
}

/** All that commands may use of their process. */
export interface CliIo {
  readonly env: Environment;
  /** Such as 24.21.0. */
  readonly nodeVersion: string;
  readonly stdin: InputSource;
  readonly stdout: OutputSink;
  readonly stderr: OutputSink;
  readonly glyphs: Glyphs;
  /** Takes SIGINT, SIGTERM and SIGHUP until it is disposed. */
  watchInterrupts(): Interrupts;
}
