import {
  type ContainerOutput,
  ContainerOutputSchema,
  encodeFrame,
  MAX_LINE_BYTES,
} from '../../ipc-schemas/index.ts';
import { outputSchema } from './documents.ts';
import { fieldTable } from './field-table.ts';
import { sampleInput } from './input-section.ts';
import { size } from './markdown.ts';

const sampleOutput: ContainerOutput = ContainerOutputSchema.parse({
  status: 'success',
  result: 'Two things:\n---\n1. Call the plumber.\n2. Buy oat milk.',
  usage: { inputTokens: 1830, outputTokens: 24, totalTokens: 1854, turns: 1 },
  stopReason: 'stop',
  requestId: sampleInput.requestId,
  agent: { name: sampleInput.agent },
  durationMs: 4210,
  schemaVersion: 1,
});

const plainFrame = encodeFrame(sampleOutput).trimEnd();
const [plainStart, , plainEnd] = plainFrame.split('\n');
const nonceFrame = encodeFrame(sampleOutput, { nonce: sampleInput.outputNonce }).trimEnd();
const [otherStart] = encodeFrame(sampleOutput, { prefix: 'NANOCLAW' }).split('\n');

/** ContainerOutput and the frame that it stands in. */
export const outputSection = `## ContainerOutput (stdout)

The one answer of a run, whatever its ending. What is unknown is absent, never 0.

${fieldTable(outputSchema)}

- \`errorCode\` is there exactly when \`status\` is \`"error"\`.
- \`result: null\` with \`streamed: true\` on success means that the answer was delivered through \`messages/\` already: the
  host must not send it again.
- Every value of \`secrets\` of 8 characters or more is replaced by \`[redacted]\` in all that the runner writes.

## The output frame

The output stands on one line of JSON between two marker lines, each ended by LF. Printed in every ending but SIGKILL,
exactly once, as the last thing on stdout:

\`\`\`
${plainFrame}
\`\`\`

**Escaping.** Within the JSON line, every \`-\` that two more follow is written \`\\u002d\`, which any JSON parser reads back as
the same text. So \`---\` never occurs there, and even a reader that searches for the markers anywhere in stdout cannot be misled
by an answer that quotes them.

**Nonce.** With \`outputNonce\` in the input both markers carry it. A host that sends a fresh nonce with each run can
tell its runner's frame from any text that merely looks like one:

\`\`\`
${nonceFrame}
\`\`\`

A runner that could not read a nonce (broken JSON, stopped before its input) falls back to \`${plainStart}\` and
\`${plainEnd}\`. The host of Turnbox believes such a plain frame only with exit code 1, status \`"error"\` and one of
\`INPUT_INVALID\`, \`INTERNAL\` and \`RUN_CANCELLED\` (the last only if it cancelled); anything else is \`PROTOCOL_VIOLATION\`.

**Prefix.** \`TURNBOX_MARKER_PREFIX=NANOCLAW\` in the runner's environment makes the first marker \`${otherStart}\`, and the
second likewise, for hosts that know the protocol by another name.

**Lines.** Only LF ends a line: CR, U+2028, U+2029 and U+0085 are ordinary characters inside one. The host reads lines
of stdout of up to ${size(MAX_LINE_BYTES)}.`;
