import { z } from 'zod';

const chatJid = z.string().min(1).max(256).describe('The chat it goes to.');
const requestId = z.string().describe('The run it belongs to.');
const text = z.string().describe('What the chat shows.');

/** What the agent or the runner says before the run ends: one file in `messages/`, delivered in name order. */
export const IpcMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), chatJid, text, requestId: requestId.optional() }),
  z.object({
    type: z.literal('draft'),
    chatJid,
    requestId,
    draftId: z.string().describe('Replaces the draft of the same id.'),
    text,
  }),
  z.object({
    type: z.literal('progress'),
    chatJid,
    requestId,
    text,
    elapsedMs: z.int().min(0).describe('Since the run began, in milliseconds.'),
  }),
]);

export type IpcMessage = z.infer<typeof IpcMessageSchema>;
