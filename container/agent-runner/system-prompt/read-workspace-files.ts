import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readRegularFile, type SafeRead } from '../../../ipc-schemas/index.ts';
import type { PromptFile } from './prompt-facts.ts';
import type { PromptFileRequest } from './workspace-files.ts';

const MAX_BYTES_PER_CHAR = 4;

/**
 * Reads the files that may enter the prompt; the first name of a request that exists decides.
 *
 * Missing and blank files are left out silently, refused ones with a notice. At most four bytes are read for
 * each of `maxChars`, so a text can be longer than that: the prompt cuts it and says how much is missing.
 * Total: never rejects.
 */
export async function readWorkspaceFiles(
  requests: readonly PromptFileRequest[],
  dirs: { readonly groupDir: string; readonly globalDir: string },
  maxChars: number,
): Promise<{ files: PromptFile[]; notices: string[] }> {
  const files: PromptFile[] = [];
  const notices: string[] = [];
  for (const { root, names } of requests) {
    const dir = root === 'group' ? dirs.groupDir : dirs.globalDir;
    for (const name of names) {
      const label = `${root}/${name}`;
      const found = await readBelow(dir, name, maxChars * MAX_BYTES_PER_CHAR);
      if (found.kind === 'absent') continue;
      if (found.kind === 'refused') notices.push(`${label} is left out of the prompt: ${found.reason}`);
      else files.push({ label, text: decodeStart(found.bytes, found.isCut), isCut: found.isCut });
      break;
    }
  }
  return { files: files.filter((file) => file.text.trim() !== ''), notices };
}

async function readBelow(dir: string, name: string, maxBytes: number): Promise<SafeRead> {
  const parent = dirname(name);
  // Only the last part of a path is opened without following links, and memory/ is a directory the agent owns.
  if (parent !== '.' && (await isLink(join(dir, parent)))) {
    return { kind: 'refused', reason: `${parent} is a symbolic link` };
  }
  return readRegularFile(join(dir, name), maxBytes);
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    // Reading the file itself meets the same trouble, and says it better.
    return false;
  }
}

/** Drops a BOM; a character that the cut went through is left out, other bad bytes become U+FFFD. */
function decodeStart(bytes: Uint8Array, isCut: boolean): string {
  return new TextDecoder('utf-8').decode(bytes, { stream: isCut });
}
