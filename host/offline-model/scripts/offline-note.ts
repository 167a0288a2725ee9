const DEFAULT_PATH = 'offline-note.md';

/** A relative path with a usual ending; what begins at the root or climbs out of the folder does not match. */
const FILE_NAME =
  /(?<![\w./~-])(?:\w[\w-]*\/)*\w[\w.-]*\.(?:md|txt|json|csv|html|ya?ml|log|ts|js|py|sh)\b(?!\/|\.\w)/i;

/** What a group lives from, in any folder: a note must never take its place. */
const KEPT_FILE =
  /(?:^|\/)(?:memory\/.*|(?:memory|soul|agents|user|identity|principles|tools|claude|heartbeat|bootstrap)\.md)$/i;

/**
 * The file that a message asks for: the path that it names, unless the group lives from that file, and what
 * follows its first colon, else all of it.
 */
export function noteOf(message: string): { path: string; content: string } {
  const named = FILE_NAME.exec(message)?.[0];
  const path = named === undefined || KEPT_FILE.test(named) ? DEFAULT_PATH : named;
  const body = /:\s+(?<body>\S[\s\S]*)/.exec(message)?.groups?.['body'] ?? message;
  return { path, content: `${body.trim()}\n` };
}
