import { type IpcMessage, IpcMessageSchema, parseSpoolJson } from '../../ipc-schemas/index.ts';
import { describeIssue } from './describe-issue.ts';
import type { RunAuthority } from './run-file.ts';

/** A message on its way to a chat. */
export interface OutgoingMessage {
  readonly chatJid: string;
  readonly text: string;
  /** The same for every try: `<runId>/<name>`. */
  readonly idempotencyKey: string;
  /** A draft replaces the one before it, and so does progress; both may be dropped, a message never is. */
  readonly kind: IpcMessage['type'];
  readonly requestId?: string;
  readonly draftId?: string;
  readonly elapsedMs?: number;
}

/** What a message file says. */
export type ParsedMessage =
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  | { readonly kind: 'refused'; readonly reason: string }
  /** No document at all, as a half-written one is. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** Reads a message and says whether the run may send it: main to any chat, another to its own chats. */
export function parseMessage(bytes: Uint8Array, id: string, run: RunAuthority): ParsedMessage {
  const json = parseSpoolJson(bytes);
  if (json.kind === 'malformed') return json;
  const parsed = IpcMessageSchema.safeParse(json.value);
  if (!parsed.success) return { kind: 'refused', reason: describeIssue(parsed.error, json.value) };
  const { type, ...rest } = parsed.data;
  if (!run.isMain && !run.chatJids.includes(rest.chatJid)) {
    return { kind: 'refused', reason: `chatJid: expected a chat of the group ${run.groupFolder}` };
  }
  const { requestId, ...facts } = rest;
  return {
    kind: 'message',
    message: {
      ...facts,
      kind: type,
      idempotencyKey: `${run.runId}/${id}`,
      ...(requestId !== undefined && { requestId }),
    },
  };
}
