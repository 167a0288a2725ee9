import { ContainerInputSchema, MAX_INPUT_BYTES } from '../../ipc-schemas/index.ts';
import { inputSchema } from './documents.ts';
import { fieldTable } from './field-table.ts';
import { size } from './markdown.ts';

/** The input of the example run. */
export const sampleInput = ContainerInputSchema.parse({
  prompt: 'What is on my list today?',
  groupFolder: 'main',
  chatJid: 'telegram:123',
  requestId: '01K0S6Z3YV8Q4T1N5B7D9F2G6H',
  events: 'tools',
  outputNonce: 'k3J9xT2mQ8vL5wRz',
});

const { prompt, groupFolder, chatJid, requestId, events, outputNonce } = sampleInput;
const sampleDocument = JSON.stringify(
  { prompt, groupFolder, chatJid, requestId, events, outputNonce },
  null,
  2,
);

/** ContainerInput and how the runner reads it. */
export const inputSection = `## ContainerInput (stdin)

One JSON object in UTF-8, read to end of file, at most ${size(MAX_INPUT_BYTES)}. A byte order mark is tolerated.

\`\`\`json
${sampleDocument}
\`\`\`

${fieldTable(inputSchema)}

How the runner reads it:

- \`null\` counts as absent, everywhere.
- A \`groupFolder\` named \`global\`, in capitals or not, is refused: the name is reserved.
- An unknown field is ignored with a warning, so an older runner survives a newer host.
- \`codingHint\`, \`thinkLevel\`, \`reasoningLevel\` and \`verboseMode\` are typed by hand, so spaces, capitals and common
  spellings (such as \`true\` or \`med\`) are folded first. A value that is still unknown is dropped with a warning.
- \`noContinue\` is true only for \`true\`.
- Anything else of a wrong type or out of its bounds ends the run with \`INPUT_INVALID\`. The message names the
  field, what was expected and what was found; it never repeats secrets or prompts.`;
