import { cutText } from '../../ipc-schemas/index.ts';
import type { Memory } from './open-memory.ts';
import { hasContentWords } from './parse-query.ts';
import type { MemoryHit } from './search-index.ts';

/** What a message is to be given of a group's memory. */
export interface MemoryContextRequest {
  readonly groupFolder: string;
  readonly message: string;
  /** In UTF-16 units, which are never fewer than characters; 6,000 where it is missing. */
  readonly maxChars?: number;
}

const DEFAULT_MAX_CHARS = 6000;
const TOP_K = 12;
/** A passage cut shorter than this says nothing. */
const MIN_PART = 200;
const GAP = '\n\n';

/**
 * Gives the passages of a group's memory that belong to a message, best first, each below a line with its source;
 * empty where there is none.
 *
 * It is data that others wrote: whoever puts it into a prompt fences it.
 */
export async function buildMemoryContext(memory: Memory, request: MemoryContextRequest): Promise<string> {
  const { groupFolder, message, maxChars = DEFAULT_MAX_CHARS } = request;
  if (!hasContentWords(message)) return '';
  const { hits } = await memory.search({ groupFolder, query: message, topK: TOP_K });
  let context = '';
  for (const hit of hits) {
    const entry = `${context === '' ? '' : GAP}[${describeSource(hit)}]\n${hit.snippet}`;
    const room = maxChars - context.length;
    if (entry.length <= room) context += entry;
    else {
      if (room >= MIN_PART) context += `${cutText(entry, room - 1)}…`;
      break;
    }
  }
  return context;
}

function describeSource(hit: MemoryHit): string {
  const parts =
    hit.source === 'memory_doc'
      ? [
          `${hit.groupFolder === 'global' ? 'global ' : ''}${hit.path}:${hit.startLine}-${hit.endLine}`,
          hit.title,
        ]
      : [`chat ${hit.timestamp}`, hit.senderName ?? ''];
  // A heading or a name must not end the line that it is in.
  return parts
    .join(' · ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
