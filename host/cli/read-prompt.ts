import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';

import { MAX_PROMPT_BYTES, TurnboxError } from '../../ipc-schemas/index.ts';
import type { InputSource } from './cli-io.ts';

const EXAMPLE = 'for example: turnbox run "What is in this folder?"';

/** Where the user put the prompt. */
export interface PromptPlaces {
  readonly argument: string | undefined;
  readonly file: string | undefined;
}

/**
 * Reads the prompt from the one place where it is: the argument, the file, or stdin when it is no terminal.
 *
 * With an argument or a file a pipe on stdin is left alone, since schedulers and programs leave one open; a
 * file redirected to it is a second prompt. Throws INPUT_INVALID for none, for two, for more than a prompt can
 * be, and for a file that is not a regular one, links followed, or can't be read.
 */
export async function readPrompt(places: PromptPlaces, stdin: InputSource): Promise<string> {
  const { argument, file } = places;
  const found = [
    ...(argument === undefined ? [] : ['the argument']),
    ...(file === undefined ? [] : ['--file']),
    ...(stdin.isFile ? ['stdin'] : []),
  ];
  if (found.length > 1) throw invalid(`expected one prompt, found ${found.join(' and ')}; ${EXAMPLE}`);
  if (argument !== undefined) return argument;
  if (file !== undefined) return toPrompt(await readPromptFile(file));
  if (stdin.isTerminal) throw invalid(`expected a prompt, found none; ${EXAMPLE}`);
  return toPrompt(await readAll(stdin.open(), 'stdin'));
}

async function readPromptFile(path: string): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK the open of a named pipe waits until somebody writes to it.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw invalid(`--file: expected a regular file, found ${describeKind(stats)}`);
    return await readAll(file.createReadStream({ autoClose: false }), '--file');
  } catch (error) {
    if (error instanceof TurnboxError) throw error;
    throw new TurnboxError('INPUT_INVALID', `--file: expected a readable file, found ${String(error)}`, {
      cause: error,
    });
  }
}

function describeKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** Stops where it is more than a prompt can be: an endless source must not fill the memory. */
async function readAll(chunks: AsyncIterable<Uint8Array>, place: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of chunks) {
    byteLength += chunk.length;
    if (byteLength > MAX_PROMPT_BYTES + 2) {
      throw invalid(`${place}: expected a prompt of at most ${MAX_PROMPT_BYTES} bytes, found more`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Decodes UTF-8 and takes off the line end that `echo` and editors put behind the last line. */
function toPrompt(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
}

function invalid(message: string): TurnboxError {
  return new TurnboxError('INPUT_INVALID', message);
}
