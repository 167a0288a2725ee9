import { randomBytes } from 'node:crypto';

import {
  type ContainerInput,
  type ContainerInputDocument,
  ContainerInputSchema,
  describeInputProblems,
  newRequestId,
  TurnboxError,
} from '../ipc-schemas/index.ts';

/** A message to a chat's agent: the input of a run without what the host makes itself. */
export type ChatMessage = Omit<ContainerInputDocument, 'outputNonce'>;

/** An input that the host sends: it always has an id and a nonce. */
export type HostInput = ContainerInput & { readonly requestId: string; readonly outputNonce: string };

/**
 * Makes a message into an input: every default filled in, a fresh nonce, a requestId, all events unless the
 * message says otherwise. Throws INPUT_INVALID, naming each field that is wrong.
 */
export function buildInput(message: ChatMessage): HostInput {
  const requestId = message.requestId ?? newRequestId();
  const outputNonce = randomBytes(16).toString('hex');
  const document = { events: 'all', ...withoutUndefined(message), requestId, outputNonce };
  const checked = ContainerInputSchema.safeParse(document);
  if (!checked.success) {
    throw new TurnboxError('INPUT_INVALID', describeInputProblems(checked.error, document));
  }
  return { ...checked.data, requestId, outputNonce };
}

function withoutUndefined(message: ChatMessage): Partial<ChatMessage> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
}
