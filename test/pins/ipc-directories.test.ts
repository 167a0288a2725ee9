import { describe, expect, test } from 'vitest';

import {
  ActionRequestSchema,
  ActionResultSchema,
  IPC_FILE_NAME_PATTERN,
  IpcMessageSchema,
  MAX_MESSAGE_BYTES,
  MAX_REQUEST_BYTES,
  MemoryGetResultSchema,
  MemorySearchResultSchema,
  REQUEST_ID_PATTERN,
} from '../../ipc-schemas/index.ts';
import { outlineSchema, outlineUnion } from './outline-schema.ts';

const GROUP_FOLDER = String.raw`/^(?![Gg][Ll][Oo][Bb][Aa][Ll]$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/`;
const REQUEST_ID = String.raw`/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/`;
const ERROR_CODES = [
  'INPUT_INVALID',
  'AGENT_NOT_FOUND',
  'AGENT_FAILED',
  'AGENT_TIMED_OUT',
  'AGENT_STALLED',
  'RUN_CANCELLED',
  'EMPTY_RESPONSE',
  'AUTH_FAILED',
  'RATE_LIMITED',
  'PROVIDER_OVERLOADED',
  'PROVIDER_ERROR',
  'CONTEXT_OVERFLOW',
  'MODEL_NOT_FOUND',
  'LIMIT_EXCEEDED',
  'LINE_TOO_LONG',
  'DELEGATION_REFUSED',
  'PLAN_CHANGED_FILES',
  'NO_CHANGES',
  'CONTAINER_START_FAILED',
  'CONTAINER_DIED',
  'OUT_OF_MEMORY',
  'PROTOCOL_VIOLATION',
  'INTERNAL',
].join('|');

test('file names and requestIds have these patterns', () => {
  expect([IPC_FILE_NAME_PATTERN, REQUEST_ID_PATTERN].map(String)).toEqual([
    String.raw`/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.json$/`,
    REQUEST_ID,
  ]);
});

test('files are limited to these sizes', () => {
  expect({ MAX_REQUEST_BYTES, MAX_MESSAGE_BYTES }).toEqual({
    MAX_REQUEST_BYTES: 1_048_576,
    MAX_MESSAGE_BYTES: 262_144,
  });
});

describe('file names', () => {
  test.each(['a.json', '0.json', 'json.json', 'A-b_c.1.json', 'a.tmp.json', `${'a'.repeat(128)}.json`])(
    '%s is legal',
    (name) => {
      expect(name).toMatch(IPC_FILE_NAME_PATTERN);
    },
  );

  test.each([
    '.json',
    '.a.json',
    '-a.json',
    '_a.json',
    'a.json.tmp',
    'a.JSON',
    'a.json\n',
    'a/b.json',
    '../a.json',
    'a b.json',
    'é.json',
    'ajson',
    `${'a'.repeat(129)}.json`,
  ])('%j is not legal', (name) => {
    expect(name).not.toMatch(IPC_FILE_NAME_PATTERN);
  });
});

test('requests have these actions and fields', () => {
  expect(outlineUnion(ActionRequestSchema)).toEqual([
    {
      type: '"memory_action" required',
      action: '"memory_search" required',
      requestId: `string ${REQUEST_ID} required`,
      params: 'object required',
      'params.query': 'string required',
      'params.topK': 'integer 1..100',
      'params.sources': 'memory|sessions|all',
      'params.groupFolder': `string ${GROUP_FOLDER}`,
    },
    {
      type: '"memory_action" required',
      action: '"memory_get" required',
      requestId: `string ${REQUEST_ID} required`,
      params: 'object required',
      'params.path': 'string required',
      'params.groupFolder': `string ${GROUP_FOLDER}`,
      'params.startLine': 'integer 1..',
      'params.endLine': 'integer 1..',
    },
    {
      type: '"delegate_action" required',
      action: '"delegate_run" required',
      requestId: `string ${REQUEST_ID} required`,
      params: 'object required',
      'params.task': 'string required',
      'params.mode': 'plan|execute required',
      'params.constraints': 'string',
    },
  ]);
});

test('results have these fields', () => {
  expect(outlineSchema(ActionResultSchema)).toEqual({
    requestId: `string ${REQUEST_ID} required`,
    status: 'success|error required',
    result: 'unknown',
    error: 'string',
    errorCode: ERROR_CODES,
    executedAt: 'string required',
  });
});

test('memory_search gives these fields', () => {
  expect(outlineSchema(MemorySearchResultSchema)).toEqual({
    hits: 'array of object required',
    'hits[].source': 'memory_doc|session_transcript required',
    'hits[].score': 'number required',
    'hits[].groupFolder': 'string required',
    'hits[].title': 'string required',
    'hits[].snippet': 'string required',
    'hits[].path': 'string',
    'hits[].startLine': 'integer 1..',
    'hits[].endLine': 'integer 1..',
    'hits[].chatJid': 'string',
    'hits[].senderName': 'string',
    'hits[].timestamp': 'string',
  });
});

test('memory_get gives these fields', () => {
  expect(outlineSchema(MemoryGetResultSchema)).toEqual({
    document: 'object required',
    'document.groupFolder': 'string required',
    'document.path': 'string required',
    'document.content': 'string required',
    'document.totalLines': 'integer 0.. required',
  });
});

test('messages have these types and fields', () => {
  expect(outlineUnion(IpcMessageSchema)).toEqual([
    {
      type: '"message" required',
      chatJid: 'string 1..256 required',
      text: 'string required',
      requestId: 'string',
    },
    {
      type: '"draft" required',
      chatJid: 'string 1..256 required',
      requestId: 'string required',
      draftId: 'string required',
      text: 'string required',
    },
    {
      type: '"progress" required',
      chatJid: 'string 1..256 required',
      requestId: 'string required',
      text: 'string required',
      elapsedMs: 'integer 0.. required',
    },
  ]);
});
