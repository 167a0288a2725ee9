import {
  ActionRequestSchema,
  ActionResultSchema,
  ContainerInputSchema,
  ContainerOutputSchema,
  IpcMessageSchema,
  RunEventSchema,
} from '../../ipc-schemas/index.ts';
import { type JsonSchema, toJsonSchema } from './json-schema.ts';

/** What a person runs to make the page and the schema files anew. */
export const COMMAND = 'node scripts/generate-protocol.ts';
export const SCHEMA_DIRECTORY = 'ipc-schemas/json-schema';

interface ProtocolDocument {
  readonly name: string;
  /** In the schema directory, without its ending. */
  readonly file: string;
  readonly schema: JsonSchema;
}

export const inputSchema = toJsonSchema(ContainerInputSchema);
export const outputSchema = toJsonSchema(ContainerOutputSchema);
export const eventSchema = toJsonSchema(RunEventSchema);
export const requestSchema = toJsonSchema(ActionRequestSchema);
export const resultSchema = toJsonSchema(ActionResultSchema);
export const messageSchema = toJsonSchema(IpcMessageSchema);

/** The documents that have a JSON Schema file of their own, in the order of the page. */
export const DOCUMENTS: readonly ProtocolDocument[] = [
  { name: 'ContainerInput', file: 'container-input', schema: inputSchema },
  { name: 'ContainerOutput', file: 'container-output', schema: outputSchema },
  { name: 'RunEvent', file: 'run-event', schema: eventSchema },
  { name: 'ActionRequest', file: 'action-request', schema: requestSchema },
  { name: 'ActionResult', file: 'action-result', schema: resultSchema },
  { name: 'IpcMessage', file: 'ipc-message', schema: messageSchema },
];
