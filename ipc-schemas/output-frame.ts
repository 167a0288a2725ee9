import { OUTPUT_NONCE_PATTERN } from './container-input.ts';
import type { ContainerOutput } from './container-output.ts';

/** The first word of the markers, unless the runner's environment names another. */
export const DEFAULT_MARKER_PREFIX = 'TURNBOX';

const MARKER_PREFIX_PATTERN = /^[A-Z][A-Z0-9_]{0,63}$/;

export interface FrameStyle {
  /** First word of both markers: capital letters, digits and underscores. */
  readonly prefix?: string;
  /** Unguessable part of both markers; without it the frame is plain. */
  readonly nonce?: string | undefined;
}

/** Whether text may stand as the first word of the markers. */
export function isMarkerPrefix(text: string): boolean {
  return MARKER_PREFIX_PATTERN.test(text);
}

/** The nonce that a document asks for, wherever one can be read: a wrong field elsewhere is still answered under it. */
export function findOutputNonce(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('outputNonce' in document)) return undefined;
  const { outputNonce } = document;
  return typeof outputNonce === 'string' && OUTPUT_NONCE_PATTERN.test(outputNonce) ? outputNonce : undefined;
}

/** JSON in which `---` never occurs: every dash that two more follow is written as an escape. */
export function stringifyWithoutMarkers(value: unknown): string {
  return JSON.stringify(value).replace(/-(?=--)/g, '\\u002d');
}

/** The whole frame: three lines, each with its LF. */
export function encodeFrame(output: ContainerOutput, style: FrameStyle = {}): string {
  const { start, end } = markers(style);
  return `${start}\n${stringifyWithoutMarkers(output)}\n${end}\n`;
}

/** What one line of stdout turned out to be. */
export type FrameStep =
  /** Lines that are not part of a frame, events or noise; a line behind them may be held by now. */
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  /** Perhaps the beginning of a frame. */
  | { readonly kind: 'held' }
  /** A whole frame; `trusted` when it bore the nonce. */
  | { readonly kind: 'frame'; readonly json: string; readonly trusted: boolean }
  /** A marker that bore the nonce, and then not a frame. */
  | { readonly kind: 'broken' };

/**
 * Finds frames in the lines of stdout, line by line.
 *
 * Only whole lines count as markers. With a nonce, plain frames are reported as not trusted: a runner that
 * could not read its input knows none.
 */
export class FrameDecoder {
  readonly #pairs: readonly { start: string; end: string; trusted: boolean }[];
  #open: { start: string; end: string; trusted: boolean } | undefined;
  #body: string | undefined;

  constructor(style: FrameStyle = {}) {
    const hasNonce = style.nonce !== undefined;
    const plain = { ...markers({ ...style, nonce: undefined }), trusted: !hasNonce };
    this.#pairs = hasNonce ? [{ ...markers(style), trusted: true }, plain] : [plain];
  }

  push(line: string): FrameStep {
    const open = this.#open;
    if (open === undefined) {
      this.#open = this.#pairs.find((pair) => pair.start === line);
      return this.#open === undefined ? { kind: 'text', lines: [line] } : { kind: 'held' };
    }
    if (this.#body === undefined && !this.#pairs.some((pair) => pair.start === line)) {
      this.#body = line;
      return { kind: 'held' };
    }
    const body = this.#body;
    this.#open = undefined;
    this.#body = undefined;
    if (body !== undefined && line === open.end) return { kind: 'frame', json: body, trusted: open.trusted };
    if (open.trusted && this.#pairs.length > 1) return { kind: 'broken' };
    // A plain marker may be anybody's text, and the line after it may begin the true frame.
    const before = body === undefined ? [open.start] : [open.start, body];
    const next = this.push(line);
    return { kind: 'text', lines: next.kind === 'text' ? [...before, ...next.lines] : before };
  }

  /** Whether the stream may end here: no frame has begun that did not end. */
  get isBetweenFrames(): boolean {
    return this.#open === undefined;
  }
}

function markers({ prefix = DEFAULT_MARKER_PREFIX, nonce }: FrameStyle): { start: string; end: string } {
  const suffix = nonce === undefined ? '' : `:${nonce}`;
  return { start: `---${prefix}_OUTPUT_START${suffix}---`, end: `---${prefix}_OUTPUT_END${suffix}---` };
}
