import { ERROR_TABLE } from '../../ipc-schemas/index.ts';
import { code, table } from './markdown.ts';

/** The closed list of error codes. */
export const errorSection = `## Error codes

The closed list of values of \`errorCode\`. *Retryable* is the default of the output's \`retryable\`: whether the same input may
succeed when it is sent again. A run may state otherwise for itself.

${table(
  ['code', 'retryable', 'meaning'],
  Object.entries(ERROR_TABLE).map(([name, { retryable, meaning }]) => [
    code(name),
    retryable ? 'yes' : 'no',
    meaning,
  ]),
)}`;
