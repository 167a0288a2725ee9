import { describe, expect, test } from 'vitest';

import {
  type ParsedArguments,
  parseArguments,
} from '../../../container/agent-runner/memory-tool/parse-arguments.ts';
import { ActionRequestSchema } from '../../../ipc-schemas/index.ts';

const ask = (parsed: ParsedArguments): Extract<ParsedArguments, { kind: 'ask' }> => {
  if (parsed.kind !== 'ask') throw new Error(`expected a question, found ${JSON.stringify(parsed)}`);
  return parsed;
};

describe('parseArguments', () => {
  test.each([
    [['search', '--query', 'spare key'], { query: 'spare key' }],
    [
      ['search', '--query=--top-k', '--top-k', '5', '--sources', 'sessions', '--group', 'work'],
      { query: '--top-k', topK: 5, sources: 'sessions', groupFolder: 'work' },
    ],
    [['search', '--query', '日本語 é'], { query: '日本語 é' }],
    [['get'], { path: 'MEMORY.md' }],
    [
      ['get', '--path', 'memory/people.md', '--lines', '3:3'],
      { path: 'memory/people.md', startLine: 3, endLine: 3 },
    ],
  ])('reads %j as a request that the contract knows', (args, params) => {
    const { question } = ask(parseArguments(args));

    const request = ActionRequestSchema.parse(JSON.parse(JSON.stringify({ ...question, requestId: 'q' })));
    expect(request.params).toEqual(params);
  });

  test('waits 20 seconds, or as long as it is told', () => {
    const times = [
      ask(parseArguments(['get'])).timeoutMs,
      ask(parseArguments(['get', '--timeout-ms', '5'])).timeoutMs,
    ];

    expect(times).toEqual([20_000, 5]);
  });

  test.each([
    [['--help'], { kind: 'help' }],
    [['search', '--help'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
  ])('reads %j as %j', (args, parsed) => {
    expect(parseArguments(args)).toEqual(parsed);
  });

  test.each([
    [[], 'expected search or get, found nothing'],
    [['find'], 'expected search or get, found "find"'],
    [['constructor'], 'expected search or get, found "constructor"'],
    [['search'], 'search: expected --query with words, found none'],
    [['search', '--query', '  '], '--query: expected words, found "  "'],
    [['search', '--query'], '--query: expected a value, found nothing'],
    [
      ['search', '--query', '--top-k', '3'],
      '--query: expected a value, found "--top-k"; write --query=VALUE',
    ],
    [['search', 'key'], 'search: expected options only, found "key"'],
    [['search', '--query', 'x', '--top-k', '0'], '--top-k: expected a whole number from 1 to 100, found "0"'],
    [
      ['search', '--query', 'x', '--top-k', '1e1'],
      '--top-k: expected a whole number from 1 to 100, found "1e1"',
    ],
    [
      ['search', '--query', 'x', '--sources', 'web'],
      '--sources: expected one of memory, sessions, all, found "web"',
    ],
    [['get', '--timeout-ms', '-1'], '--timeout-ms: expected a whole number from 1 to 2147483647, found "-1"'],
    [
      ['get', '--lines', '5:2'],
      '--lines: expected A:B with whole numbers, 1 ≤ A ≤ B, such as 10:20, found "5:2"',
    ],
    [
      ['get', '--lines', '0:2'],
      '--lines: expected A:B with whole numbers, 1 ≤ A ≤ B, such as 10:20, found "0:2"',
    ],
    [['get', '--query', 'x'], 'get: expected one of --path, --lines, --group, --timeout-ms, found "--query"'],
    [['get', '-p', 'x'], 'get: expected one of --path, --lines, --group, --timeout-ms, found "-p"'],
  ])('says of %j what was expected and what was found', (args, problem) => {
    expect(parseArguments(args)).toEqual({ kind: 'wrong', problem });
  });
});
