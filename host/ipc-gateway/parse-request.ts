import { ActionRequestSchema, describeValue, parseSpoolJson } from '../../ipc-schemas/index.ts';
import type { PermittedRequest } from './action-handlers.ts';
import { describeIssue } from './describe-issue.ts';
import type { RunAuthority } from './run-file.ts';

/** What a request file asks for. */
export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: PermittedRequest }
  | { readonly kind: 'refused'; readonly reason: string }
  /** No document at all, as a half-written one is. */
  | { readonly kind: 'malformed'; readonly reason: string };

/** Memory that all groups share. It is no group's name, so the schema of requests does not take it. */
const GLOBAL = 'global';

/**
 * Reads a request and says whether the run may make it.
 *
 * The id is the file's name, which must stand inside, too. A group other than main may read its own memory and the
 * global one; main may name any group that exists. What is wrong is said for the agent: expected and found.
 */
export function parseRequest(
  bytes: Uint8Array,
  requestId: string,
  run: RunAuthority,
  isGroup: (name: string) => boolean,
): ParsedRequest {
  const json = parseSpoolJson(bytes);
  if (json.kind === 'malformed') {
    return { kind: 'malformed', reason: `the request cannot be read: ${json.reason}` };
  }
  const { body, namesGlobal } = takeOutGlobal(json.value);
  const parsed = ActionRequestSchema.safeParse(body);
  if (!parsed.success) return refused(describeIssue(parsed.error, body));
  const request = parsed.data;
  if (request.requestId !== requestId) {
    return refused(
      `requestId: expected the file's name without .json, found ${describeValue(request.requestId)}`,
    );
  }
  if (request.action === 'delegate_run') {
    return { kind: 'request', request: { action: request.action, params: request.params } };
  }
  const groupFolder = namesGlobal ? GLOBAL : (request.params.groupFolder ?? run.groupFolder);
  const problem = whyNotReadable(groupFolder, run, isGroup);
  if (problem !== undefined) return refused(problem);
  return request.action === 'memory_search'
    ? { kind: 'request', request: { action: request.action, params: { ...request.params, groupFolder } } }
    : { kind: 'request', request: { action: request.action, params: { ...request.params, groupFolder } } };
}

function whyNotReadable(
  groupFolder: string,
  run: RunAuthority,
  isGroup: (name: string) => boolean,
): string | undefined {
  if (groupFolder === run.groupFolder || groupFolder === GLOBAL) return undefined;
  const found = describeValue(groupFolder);
  if (!run.isMain) {
    return `groupFolder: expected ${describeValue(run.groupFolder)}, the memory of this chat, found ${found}`;
  }
  return isGroup(groupFolder) ? undefined : `groupFolder: expected a group that exists, found ${found}`;
}

function takeOutGlobal(value: unknown): { body: unknown; namesGlobal: boolean } {
  if (!isObject(value) || !isObject(value['params']) || value['params']['groupFolder'] !== GLOBAL) {
    return { body: value, namesGlobal: false };
  }
  return { body: { ...value, params: { ...value['params'], groupFolder: undefined } }, namesGlobal: true };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(reason: string): ParsedRequest {
  return { kind: 'refused', reason };
}
