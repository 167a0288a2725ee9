import type { RunEvent } from '../../ipc-schemas/index.ts';
import { eventSchema } from './documents.ts';
import { fieldTable, unionTables } from './field-table.ts';
import type { JsonSchema } from './json-schema.ts';

const EVENT_MEANINGS: Record<RunEvent['type'], string> = {
  run_start: 'The run began.',
  text_delta: 'The model wrote some text. Left out with `events: "tools"`.',
  text_end: 'A message of the model is complete.',
  reasoning_delta: 'The model reasoned. Left out with `events: "tools"`.',
  tool_start: 'A tool call began.',
  tool_end: 'A tool call ended.',
  usage: 'What the run has used so far; what is unknown is absent.',
  retry: 'The agent will ask the model provider again.',
  notice: 'Something worth knowing happened that does not end the run.',
  unparsed: 'The agent printed a line that was not understood. It never ends a run.',
  run_end: 'The run is over and its output follows.',
};

const everyEvent: JsonSchema = {
  properties: Object.fromEntries(
    ['type', 'seq', 'time'].map((key) => {
      const field = eventSchema.oneOf?.[0]?.properties?.[key] ?? {};
      return [key, key === 'type' ? { type: 'string', description: 'Which event it is: see below.' } : field];
    }),
  ),
  required: ['type', 'seq', 'time'],
};

/** The events of a run, each with its fields. */
export const eventSection = `## Events (stdout)

With \`events\` set to \`"tools"\` or \`"all"\`, stdout first carries events, one JSON object a line, and then the frame. A reader
ignores events it does not know. The fields of every event:

${fieldTable(everyEvent)}

And those of each type:

${unionTables(eventSchema, 'type', (name) => EVENT_MEANINGS[name as RunEvent['type']], ['type', 'seq', 'time'])}`;
