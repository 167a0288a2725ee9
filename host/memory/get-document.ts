import { cutText, TurnboxError } from '../../ipc-schemas/index.ts';
import { MAX_DOCUMENT_BYTES } from './list-memory-files.ts';
import { readMemoryFile } from './read-memory-file.ts';

/** Which lines of which memory document. */
export interface DocumentRequest {
  readonly groupFolder: string;
  /** Relative to the group's directory: MEMORY.md, memory.md, or a file in memory/ that ends in .md. */
  readonly path: string;
  /** From 1, included; the first line where it is missing. */
  readonly startLine?: number | undefined;
  /** Included; the last line where it is missing. */
  readonly endLine?: number | undefined;
}

/** A memory document, or the lines of it that were asked for. */
export interface FoundDocument {
  readonly document: {
    readonly groupFolder: string;
    readonly path: string;
    readonly content: string;
    readonly totalLines: number;
  };
  /** What the content leaves out, for people. */
  readonly notice?: string;
}

const MAX_CONTENT_BYTES = 1024 * 1024;
const MAX_PATH_LENGTH = 1024;

/**
 * Reads a memory document of a group, or some of its lines.
 *
 * Throws INPUT_INVALID, with one message whether the document is absent, no memory, a link, or no text: the answer
 * tells nothing about what else there is. Lines beyond the last are left out; above 1 MiB the notice says where it
 * was cut.
 */
export async function getDocument(
  root: string | undefined,
  request: DocumentRequest,
): Promise<FoundDocument> {
  requireLine('startLine', request.startLine);
  requireLine('endLine', request.endLine);
  const { groupFolder, path, startLine = 1, endLine = Number.POSITIVE_INFINITY } = request;
  if (startLine > endLine)
    throw new TurnboxError(
      'INPUT_INVALID',
      `startLine: expected at most endLine, found ${startLine} above ${endLine}`,
    );
  const found = await readText(root, path);
  if (found === undefined) throw notFound(path);
  const lines = found.text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const isWhole = startLine === 1 && endLine >= lines.length;
  const asked = isWhole ? found.text : lines.slice(startLine - 1, endLine).join('\n');
  const content = cutBytes(asked);
  const notices = [
    ...(found.isCut ? ['The document is larger than 5 MiB; only its beginning is read.'] : []),
    ...(startLine > lines.length ? [`The document ends at line ${lines.length}.`] : []),
    ...(content.length < asked.length ? [describeCut(startLine, content)] : []),
  ];
  const document = { groupFolder, path, content, totalLines: lines.length };
  return notices.length === 0 ? { document } : { document, notice: notices.join(' ') };
}

function requireLine(name: string, line: number | undefined): void {
  if (line === undefined || (Number.isInteger(line) && line >= 1)) return;
  throw new TurnboxError('INPUT_INVALID', `${name}: expected a whole number from 1, found ${line}`);
}

function notFound(path: string): TurnboxError {
  const shown = JSON.stringify(cutText(path, 100));
  return new TurnboxError(
    'INPUT_INVALID',
    `path: expected a memory document such as MEMORY.md or memory/notes.md, found none at ${shown}`,
  );
}

async function readText(
  root: string | undefined,
  path: string,
): Promise<{ text: string; isCut: boolean } | undefined> {
  if (root === undefined || !isMemoryPath(path)) return undefined;
  // File systems differ in how they spell accents, and so do the programs that made the files.
  for (const spelling of new Set([path, path.normalize('NFC'), path.normalize('NFD'), otherCase(path)])) {
    const found = await readMemoryFile(root, spelling, MAX_DOCUMENT_BYTES);
    if (found.kind !== 'read') continue;
    const isCut = found.size > found.bytes.length;
    return decode(found.bytes, isCut);
  }
  return undefined;
}

function otherCase(path: string): string {
  return path === 'MEMORY.md' ? 'memory.md' : path;
}

/** A name that begins with a dot is nobody's memory, which rules out `.` and `..` as well. */
function isMemoryPath(path: string): boolean {
  if (path.length > MAX_PATH_LENGTH || path.includes('\0')) return false;
  if (path === 'MEMORY.md' || path === 'memory.md') return true;
  const [top, ...names] = path.split('/');
  return (
    top === 'memory' &&
    names.length > 0 &&
    path.endsWith('.md') &&
    names.every((name) => name !== '' && !name.startsWith('.'))
  );
}

function decode(bytes: Uint8Array, isCut: boolean): { text: string; isCut: boolean } | undefined {
  try {
    // The last character of a part may be half of one.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return text.includes('\0') ? undefined : { text, isCut };
  } catch {
    // No text is no memory document.
    return undefined;
  }
}

function cutBytes(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_CONTENT_BYTES) return text;
  const part = new TextDecoder('utf-8').decode(bytes.subarray(0, MAX_CONTENT_BYTES), { stream: true });
  const end = part.lastIndexOf('\n');
  return end === -1 ? part : part.slice(0, end);
}

function describeCut(startLine: number, content: string): string {
  const endLine = startLine + content.split('\n').length - 1;
  return `The content is cut at 1 MiB and ends with line ${endLine}; ask for the lines after it.`;
}
