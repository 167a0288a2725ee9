import { COMMAND, DOCUMENTS, SCHEMA_DIRECTORY } from './documents.ts';
import { table } from './markdown.ts';

/** What crosses the wall, how a run goes, and how to read the page. */
export const introduction = `# The Turnbox protocol

<!-- Generated from ipc-schemas/ by \`${COMMAND}\`. Do not edit: change the schemas and run it again. -->

This page describes everything that crosses the wall between a **host** (the program outside, which starts
containers) and the **runner** (the program inside, which runs one agent once). It is generated from the
schemas in \`ipc-schemas/\`, which both sides use to check what they read, so do not edit it: change the
schemas and run \`${COMMAND}\`.

One run goes like this:

1. The host starts a container and writes one [ContainerInput](#containerinput-stdin) to its stdin.
2. While the agent works, the runner may print [events](#events-stdout), one JSON object a line, to stdout.
   Logs go to stderr, also as JSON lines.
3. Agent and host may exchange [files](#files) in three directories: requests, their results, messages.
4. The runner prints one [ContainerOutput](#containeroutput-stdout) in an [output frame](#the-output-frame) as the
   last thing on stdout, and exits with code 0 on success, 1 on error.

The tables give each field's JSON type. A dotted name is a field of the object before the dot, \`[]\` stands for each
entry of a list. In the column *default*, **required** fields must be there and *optional* ones have no default.
The same rules as JSON Schema files, for other languages:

${table(
  ['document', 'JSON Schema'],
  DOCUMENTS.map(({ name, file }) => [name, `[${file}.json](../${SCHEMA_DIRECTORY}/${file}.json)`]),
)}

The schema files cannot say everything: sizes in bytes and that a prompt is not blank are checked by the code only.`;
