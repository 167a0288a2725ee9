import { describe, expect, test } from 'vitest';

import {
  type ActionRequest,
  ActionRequestSchema,
  type ActionResult,
  ActionResultSchema,
  ERROR_TABLE,
  MemoryGetResultSchema,
  MemorySearchResultSchema,
} from '../../ipc-schemas/index.ts';

const search = {
  type: 'memory_action',
  action: 'memory_search',
  requestId: 'q1',
  params: { query: 'oat milk' },
} as const satisfies ActionRequest;
const get = {
  type: 'memory_action',
  action: 'memory_get',
  requestId: 'q2',
  params: { path: 'MEMORY.md' },
} as const satisfies ActionRequest;
const delegate = {
  type: 'delegate_action',
  action: 'delegate_run',
  requestId: 'q3',
  params: { task: 'fix it', mode: 'execute' },
} as const satisfies ActionRequest;

describe('ActionRequestSchema', () => {
  test.each([
    ['a search', search],
    [
      'a search with every parameter',
      { ...search, params: { query: '', topK: 100, sources: 'sessions', groupFolder: 'family' } },
    ],
    ['a read', get],
    [
      'a read with every parameter',
      { ...get, params: { path: 'memory/a.md', groupFolder: 'family', startLine: 1, endLine: 9 } },
    ],
    ['a delegation', delegate],
    [
      'a delegation with every parameter',
      { ...delegate, params: { ...delegate.params, constraints: 'no tests' } },
    ],
  ])('takes %s as it is', (_, request) => {
    expect(ActionRequestSchema.parse(request)).toEqual(request);
  });

  test.each([
    ['an unknown action', { ...search, action: 'memory_put' }, 'action'],
    ['an action of another type', { ...search, type: 'delegate_action' }, 'type'],
    ['a requestId that is a path', { ...search, requestId: '../q1' }, 'requestId'],
    ['no requestId', { ...search, requestId: undefined }, 'requestId'],
    ['no params', { ...search, params: undefined }, 'params'],
    ['no query', { ...search, params: {} }, 'params.query'],
    ['topK 0', { ...search, params: { query: 'x', topK: 0 } }, 'params.topK'],
    ['topK 101', { ...search, params: { query: 'x', topK: 101 } }, 'params.topK'],
    ['unknown sources', { ...search, params: { query: 'x', sources: 'web' } }, 'params.sources'],
    [
      'a group that is a path',
      { ...search, params: { query: 'x', groupFolder: '..' } },
      'params.groupFolder',
    ],
    ['line 0', { ...get, params: { path: 'a.md', startLine: 0 } }, 'params.startLine'],
    ['an unknown mode', { ...delegate, params: { task: 'x', mode: 'auto' } }, 'params.mode'],
  ])('refuses %s', (_, request, path) => {
    const paths = ActionRequestSchema.safeParse(request).error?.issues.map((issue) => issue.path.join('.'));

    expect(paths).toEqual([path]);
  });

  test.each(['task', 'constraints'])('takes 512 KiB of UTF-8 as %s and refuses one byte more', (field) => {
    const atLimit = 'é'.repeat(256 * 1024);
    const withText = (text: string) => ({ ...delegate, params: { ...delegate.params, [field]: text } });

    expect(ActionRequestSchema.safeParse(withText(atLimit)).success).toBe(true);
    expect(ActionRequestSchema.safeParse(withText(`${atLimit}a`)).error?.issues).toMatchObject([
      { path: ['params', field], message: 'expected at most 512 KiB' },
    ]);
  });
});

describe('ActionResultSchema', () => {
  const executedAt = '2026-01-02T03:04:05.678Z';
  const success: ActionResult = { requestId: 'q1', status: 'success', result: { hits: [] }, executedAt };
  const failure: ActionResult = {
    requestId: 'q1',
    status: 'error',
    error: 'unknown action',
    errorCode: 'INPUT_INVALID',
    executedAt,
  };

  test.each([
    ['a success', success],
    ['an error', failure],
  ])('takes %s as it is', (_, result) => {
    expect(ActionResultSchema.parse(result)).toEqual(result);
  });

  test.each(Object.keys(ERROR_TABLE))('takes the errorCode %s', (errorCode) => {
    expect(ActionResultSchema.parse({ ...failure, errorCode })).toEqual({ ...failure, errorCode });
  });

  test.each([
    ['status', { ...success, status: 'ok' }],
    ['errorCode', { ...failure, errorCode: 'OTHER' }],
    ['requestId', { ...success, requestId: '' }],
    ['executedAt', { ...success, executedAt: undefined }],
  ])('refuses a wrong %s', (path, result) => {
    const paths = ActionResultSchema.safeParse(result).error?.issues.map((issue) => issue.path.join('.'));

    expect(paths).toEqual([path]);
  });
});

describe('results of memory actions', () => {
  test('a search result holds hits of documents and of sessions', () => {
    const result = {
      hits: [
        {
          source: 'memory_doc',
          score: 2.5,
          groupFolder: 'global',
          title: 'Food',
          snippet: 'oat milk',
          path: 'MEMORY.md',
          startLine: 1,
          endLine: 4,
        },
        {
          source: 'session_transcript',
          score: -1,
          groupFolder: 'main',
          title: 'May 1',
          snippet: 'oat milk',
          chatJid: 'cli:main',
          senderName: 'Ada',
          timestamp: '2026-05-01T10:00:00Z',
        },
      ],
    };

    expect(MemorySearchResultSchema.parse(result)).toEqual(result);
    expect(MemorySearchResultSchema.safeParse({ hits: [{ ...result.hits[0], source: 'web' }] }).success).toBe(
      false,
    );
  });

  test('a read result holds one document', () => {
    const document = { groupFolder: 'main', path: 'MEMORY.md', content: '', totalLines: 0 };

    expect(MemoryGetResultSchema.parse({ document })).toEqual({ document });
    expect(MemoryGetResultSchema.safeParse({ document: { ...document, totalLines: -1 } }).success).toBe(
      false,
    );
  });
});
