import {
  IPC_FILE_NAME_PATTERN,
  MAX_MESSAGE_BYTES,
  MAX_REQUEST_BYTES,
  MemoryGetResultSchema,
  MemorySearchResultSchema,
} from '../../ipc-schemas/index.ts';
import { messageSchema, requestSchema, resultSchema } from './documents.ts';
import { fieldTable, unionTables } from './field-table.ts';
import { toJsonSchema } from './json-schema.ts';
import { size, table } from './markdown.ts';

/** The three directories, and the documents in them. */
export const fileSection = `## Files

Each container has three directories of its own, made by the host and never used again (\`TURNBOX_IPC_DIR\`, by default
\`/workspace/ipc\`):

${table(
  ['directory', 'written by', 'file name', 'at most', 'content'],
  [
    [
      '`actions/`',
      'container',
      '`<requestId>.json`',
      size(MAX_REQUEST_BYTES),
      '[request](#requests-actions)',
    ],
    ['`action_results/`', 'host', 'as the request', 'no cap', '[result](#results-action_results)'],
    ['`messages/`', 'container', 'any legal name', size(MAX_MESSAGE_BYTES), '[message](#messages-messages)'],
  ],
)}

A legal name matches \`${IPC_FILE_NAME_PATTERN.source}\`.

- **Writing.** A file is written as \`<name>.json.tmp\` and renamed to \`<name>.json\` in the same directory, so it appears
  whole or not at all. Names that end in \`.tmp\` or begin with a dot are unfinished work: ignored, and swept later.
- **Reading.** The host takes only legal names and regular files with one link, within the size, and follows no links.
  Everything else goes to its quarantine and is reported once.
- **Authority** is the directory, never the content: a container acts for the group whose directory it writes in.

## Requests (\`actions/\`)

Each request that can be named gets a result, errors too, and is removed once its result is durable. The same \`requestId\` again
gets the stored result and is not executed twice.

${unionTables(requestSchema, 'action', () => '')}

## Results (\`action_results/\`)

${fieldTable(resultSchema)}

On success, \`result\` is for \`memory_search\`:

${fieldTable(toJsonSchema(MemorySearchResultSchema))}

for \`memory_get\`:

${fieldTable(toJsonSchema(MemoryGetResultSchema))}

and for \`delegate_run\` an object whose field \`output\` is a [ContainerOutput](#containeroutput-stdout).

## Messages (\`messages/\`)

Delivered in the order of their names, at least once; a message is removed after its delivery. The runner names its own
\`<milliseconds since the epoch>-<6 digit counter>-<id>.json\`.

${unionTables(messageSchema, 'type', () => '')}`;
