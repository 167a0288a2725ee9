import { MAX_INPUT_BYTES } from '../../ipc-schemas/index.ts';

/** Between two pieces of an input that has begun. */
const MAX_PAUSE_MS = 30_000;

export type InputBytes =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'cancelled' };

/**
 * Reads stdin to its end: at most 16 MiB, the first byte within `firstByteMs` (0 waits for ever), and no pause
 * above 30 s behind it. Total: what goes wrong is an answer.
 */
export async function readInput(
  stdin: NodeJS.ReadableStream & { destroy(error?: Error): unknown },
  firstByteMs: number,
  signal: AbortSignal,
): Promise<InputBytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let problem: string | undefined;
  const giveUp = (text: string): void => {
    problem ??= text;
    stdin.destroy();
  };
  const cancel = (): void => giveUp('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  let timer = startTimer(firstByteMs, () =>
    giveUp(`expected input on stdin within ${firstByteMs} ms, found none`),
  );
  try {
    if (signal.aborted) return { kind: 'cancelled' };
    for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      timer = startTimer(MAX_PAUSE_MS, () =>
        giveUp(`expected more input on stdin or its end within ${MAX_PAUSE_MS} ms, after ${size} bytes`),
      );
      size += chunk.length;
      if (size > MAX_INPUT_BYTES) {
        giveUp(`expected at most ${MAX_INPUT_BYTES} bytes on stdin, found more`);
        break;
      }
      chunks.push(chunk);
    }
  } catch (error) {
    // Destroying the stream is how reading is given up; anything else is a broken stdin.
    problem ??= `stdin could not be read: ${error instanceof Error ? error.message : 'unknown error'}`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
  if (signal.aborted) return { kind: 'cancelled' };
  return problem === undefined ? { kind: 'read', bytes: Buffer.concat(chunks) } : { kind: 'failed', problem };
}

function startTimer(delayMs: number, strike: () => void): NodeJS.Timeout | undefined {
  return delayMs === 0 ? undefined : setTimeout(strike, delayMs);
}
