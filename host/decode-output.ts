import {
  type ContainerOutput,
  ContainerOutputSchema,
  cutForEvent,
  FrameDecoder,
  LineSplitter,
  RunEventSchema,
  type RunFact,
} from '../ipc-schemas/index.ts';

/** An answer of the longest line an agent may print, and room for its escapes. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** What the runner's stdout came to. */
export type DecodedOutput =
  | { readonly kind: 'none' }
  | { readonly kind: 'output'; readonly output: ContainerOutput; readonly isTrusted: boolean }
  | { readonly kind: 'violation'; readonly problem: string };

/** Reads the runner's stdout: facts as they come, then what the frame said. Pure: bytes in, facts out. */
export class OutputDecoder {
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  readonly #frames: FrameDecoder;
  readonly #maxBytes: number;
  #bytes = 0;
  #decoded: DecodedOutput = { kind: 'none' };
  #hasPlainRubbish = false;

  constructor(outputNonce: string, maxBytes: number) {
    this.#frames = new FrameDecoder({ nonce: outputNonce });
    this.#maxBytes = maxBytes;
  }

  /** Takes the next bytes and gives the facts in them. */
  push(chunk: Uint8Array): RunFact[] {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) {
      this.#violate(`expected at most ${this.#maxBytes} bytes on stdout, found more`);
      return [];
    }
    return this.#splitter.push(chunk).flatMap((line) => this.#takeLine(line));
  }

  /** Takes the end of stdout and gives what it came to. */
  end(): { readonly facts: RunFact[]; readonly decoded: DecodedOutput } {
    const facts = this.#splitter.end().flatMap((line) => this.#takeLine(line));
    if (!this.#frames.isBetweenFrames) this.#violate('stdout ended in the middle of an output frame');
    if (this.#decoded.kind === 'none' && this.#hasPlainRubbish) {
      this.#violate(
        'expected an output frame with the nonce, found a plain one that holds no ContainerOutput',
      );
    }
    return { facts, decoded: this.#decoded };
  }

  /** Whether reading on is useless. */
  get isViolated(): boolean {
    return this.#decoded.kind === 'violation';
  }

  #takeLine(line: string | { byteLength: number }): RunFact[] {
    if (typeof line !== 'string') {
      this.#violate(`expected lines of at most ${MAX_LINE_BYTES} bytes on stdout, found ${line.byteLength}`);
      return [];
    }
    const step = this.#frames.push(line);
    switch (step.kind) {
      case 'held':
        return [];
      case 'text':
        return step.lines.map(toFact).filter((fact) => fact !== undefined);
      case 'broken':
        this.#violate('an output frame with the nonce was broken');
        return [];
      case 'frame':
        this.#takeFrame(step.json, step.trusted);
        return [];
    }
  }

  #takeFrame(json: string, isTrusted: boolean): void {
    if (this.#decoded.kind === 'violation') return;
    if (this.#decoded.kind === 'output') {
      // A plain frame beside the true one is noise of the agent's; two true ones cannot be.
      if (!isTrusted) return;
      if (this.#decoded.isTrusted) return this.#violate('expected one output frame, found two');
    }
    const output = parseOutput(json);
    if (output !== undefined) this.#decoded = { kind: 'output', output, isTrusted };
    else if (isTrusted) this.#violate('the output frame holds no ContainerOutput');
    else this.#hasPlainRubbish = true;
    return undefined;
  }

  #violate(problem: string): void {
    if (this.#decoded.kind !== 'violation') this.#decoded = { kind: 'violation', problem };
  }
}

function parseOutput(json: string): ContainerOutput | undefined {
  try {
    return ContainerOutputSchema.safeParse(JSON.parse(json)).data;
  } catch {
    // Not JSON: the caller reports the frame.
    return undefined;
  }
}

function toFact(line: string): RunFact | undefined {
  if (line === '') return undefined;
  try {
    const event = RunEventSchema.safeParse(JSON.parse(line));
    if (event.success) return event.data;
  } catch {
    // Not JSON: kept as it is, below.
  }
  return { type: 'unparsed', line: cutForEvent(line).output };
}
