import { expect, test } from 'vitest';

import { type IpcMessage, IpcMessageSchema } from '../../ipc-schemas/index.ts';

const message = { type: 'message', chatJid: 'cli:main', text: 'hi' } as const satisfies IpcMessage;
const draft = {
  type: 'draft',
  chatJid: 'cli:main',
  requestId: 'r1',
  draftId: 'd1',
  text: 'h',
} as const satisfies IpcMessage;
const progress = {
  type: 'progress',
  chatJid: 'cli:main',
  requestId: 'r1',
  text: 'reading',
  elapsedMs: 0,
} as const satisfies IpcMessage;

test.each([
  ['message', message],
  ['message of a run', { ...message, requestId: 'r1' }],
  ['draft', draft],
  ['progress', progress],
])('a %s is taken as it is, without fields nobody knows', (_, document) => {
  expect(IpcMessageSchema.parse({ ...document, later: 1 })).toEqual(document);
});

test.each([
  ['type', { ...message, type: 'photo' }],
  ['chatJid', { ...message, chatJid: '' }],
  ['chatJid', { ...message, chatJid: 'a'.repeat(257) }],
  ['text', { ...message, text: undefined }],
  ['requestId', { ...draft, requestId: undefined }],
  ['draftId', { ...draft, draftId: undefined }],
  ['elapsedMs', { ...progress, elapsedMs: -1 }],
  ['elapsedMs', { ...progress, elapsedMs: 0.5 }],
])('a message with a wrong %s is refused', (path, document) => {
  const paths = IpcMessageSchema.safeParse(document).error?.issues.map((issue) => issue.path.join('.'));

  expect(paths).toEqual([path]);
});
