import { type Command, InvalidArgumentError, Option } from 'commander';

// Types only: the schemas themselves would make every start slower by 90 ms.
import type { MemorySearch } from '../../memory/open-memory.ts';
import { type LineRange, parseLineRange } from './parse-line-range.ts';

type Sources = NonNullable<MemorySearch['sources']>;

/** The flags of `turnbox memory search`, as commander gives them. */
export interface SearchFlags {
  readonly group: string;
  readonly topK?: number;
  readonly sources?: Sources;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** The flags of `turnbox memory get`, as commander gives them. */
export interface GetFlags {
  readonly group: string;
  readonly lines?: LineRange;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** The flags of `turnbox memory reindex`, as commander gives them. */
export interface ReindexFlags {
  readonly group?: string;
  readonly dataDir?: string;
}

const SOURCES: Record<Sources, true> = { memory: true, sessions: true, all: true };

const MAX_TOP_K = 100;

/** The owner's own chat at the terminal. */
const MAIN_GROUP = 'main';

const GROUP_FLAG = '-g, --group <name>';
const DATA_DIR = [
  '--data-dir <dir>',
  'where groups and sessions are kept (default: $TURNBOX_DATA_DIR)',
] as const;

const MEMORY_NOTES = `
Example:
  $ turnbox memory search "door code"

"turnbox memory help search" tells all about a command.`;

const SEARCH_NOTES = `
Searches the memory documents of the group and of "global", and what was said in
the group's chats, best first. The words are plain words, in any language.

Exit codes: 0 found, or nothing found, which is said on stderr; 1 it failed or
there is no such group; 64 wrong usage.

Example:
  $ turnbox memory search "door code" --group family --top-k 3`;

const GET_NOTES = `
The path is MEMORY.md or a file in memory/ that ends in .md. Piped, stdout has
it exactly, with a final newline.

Exit codes: 0 success, 1 there is no such document or group, 64 wrong usage.

Example:
  $ turnbox memory get MEMORY.md --group family --lines 10:20`;

const REINDEX_NOTES = `
Searches keep the index up to date by themselves. This makes it anew, where it is
thought to be wrong: of one group with --group, else of all. Recorded messages
are kept.

Exit codes: 0 success, 1 it failed or there is no such group or database, 64 wrong usage.

Example:
  $ turnbox memory reindex`;

/** Describes `turnbox memory`, which is nothing without one of its commands. */
export function addMemoryOptions(command: Command): Command {
  return command
    .description('search and read what is remembered')
    .showHelpAfterError('(turnbox memory --help lists its commands)')
    .addHelpText('after', MEMORY_NOTES);
}

/** Describes `turnbox memory search`: its argument, flags and help. */
export function addSearchOptions(command: Command): Command {
  return command
    .description('find what is remembered, by words')
    .argument('<words>', 'what to look for', toWords)
    .option(GROUP_FLAG, 'the chat group whose memory it is, or global', MAIN_GROUP)
    .option('--top-k <number>', `how many hits at most, 1 to ${MAX_TOP_K} (default: 8)`, toTopK)
    .addOption(
      new Option(
        '--sources <name>',
        'memory documents, sessions (what was said in chats), or all (default: all)',
      ).choices(Object.keys(SOURCES)),
    )
    .option('--json', 'print the hits as one JSON document')
    .option(...DATA_DIR)
    .showHelpAfterError('(turnbox memory search --help tells all about its flags)')
    .addHelpText('after', SEARCH_NOTES);
}

/** Describes `turnbox memory get`: its argument, flags and help. */
export function addGetOptions(command: Command): Command {
  return command
    .description('print a memory document, or some of its lines')
    .argument('<path>', 'the document, such as MEMORY.md')
    .option(GROUP_FLAG, 'the chat group whose memory it is, or global', MAIN_GROUP)
    .option('--lines <range>', 'only these lines, such as 10:20, the last included', toLines)
    .option('--json', 'print the document and what is known of it as one JSON document')
    .option(...DATA_DIR)
    .showHelpAfterError('(turnbox memory get --help tells all about its flags)')
    .addHelpText('after', GET_NOTES);
}

/** Describes `turnbox memory reindex`: its flags and help. */
export function addReindexOptions(command: Command): Command {
  return command
    .description('make the index that searches use anew')
    .option(GROUP_FLAG, 'only of this chat group, or global (default: all groups)')
    .option(...DATA_DIR)
    .showHelpAfterError('(turnbox memory reindex --help tells all about its flags)')
    .addHelpText('after', REINDEX_NOTES);
}

function toWords(text: string): string {
  if (text.replaceAll('\0', ' ').trim() !== '') return text;
  throw new InvalidArgumentError('Expected words to look for.');
}

function toTopK(text: string): number {
  const topK = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (topK >= 1 && topK <= MAX_TOP_K) return topK;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MAX_TOP_K}.`);
}

function toLines(text: string): LineRange {
  const range = parseLineRange(text);
  if (range !== undefined) return range;
  throw new InvalidArgumentError('Expected the first and the last line, such as 10:20, from 1.');
}
