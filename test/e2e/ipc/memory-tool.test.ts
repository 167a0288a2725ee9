import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, test } from 'vitest';

import { TurnboxError, waitForFile } from '../../../ipc-schemas/index.ts';
import { startTestGateway } from '../../host/ipc-gateway/gateway-setting.ts';
import { makeScratchDir } from '../../host/host-setting.ts';

const TOOL = join(import.meta.dirname, '..', '..', '..', 'dist', 'memory-tool.mjs');

const refuse = (): Promise<never> => Promise.reject(new TurnboxError('INPUT_INVALID', 'no such\ndocument'));

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

async function memoryTool(ipcDir: string, ...args: string[]): Promise<Outcome> {
  const { stdout, stderr, exitCode } = await execa(process.execPath, [TOOL, ...args], {
    env: { TURNBOX_IPC_DIR: ipcDir },
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

const hit = {
  source: 'memory_doc',
  score: 1,
  groupFolder: 'family',
  title: 'House',
  snippet: 'The spare key is in the blue pot. 日本語',
};

describe('memory-tool', () => {
  test('search prints what the host found', async () => {
    const asked: unknown[] = [];
    const memorySearch = (params: unknown): Promise<unknown> => {
      asked.push(params);
      return Promise.resolve({ hits: [hit] });
    };
    await using setting = await startTestGateway({ handlers: { memory_search: memorySearch } });
    await using run = await setting.attach();

    const outcome = await memoryTool(run.ipcDir, 'search', '--query', 'spare key', '--top-k', '2');
    await run.attached.drain();

    expect(outcome).toEqual({ stdout: JSON.stringify({ hits: [hit] }), stderr: '', exitCode: 0 });
    expect(asked).toEqual([{ query: 'spare key', topK: 2, groupFolder: 'family' }]);
    expect(await readdir(run.actionsDir)).toEqual([]);
  });

  test('get prints the document', async () => {
    const document = { groupFolder: 'family', path: 'MEMORY.md', content: '# Memory\n', totalLines: 1 };
    await using setting = await startTestGateway({
      handlers: { memory_get: ({ path }) => Promise.resolve({ document: { ...document, path } }) },
    });
    await using run = await setting.attach();

    const outcome = await memoryTool(run.ipcDir, 'get', '--lines', '1:5');

    expect(JSON.parse(outcome.stdout)).toEqual({ document });
    expect(outcome.exitCode).toBe(0);
  });

  test('many at once are all answered', async () => {
    await using setting = await startTestGateway({
      handlers: { memory_search: ({ query }) => Promise.resolve({ query }) },
    });
    await using run = await setting.attach();
    const queries = Array.from({ length: 8 }, (_, index) => `word ${index}`);

    const outcomes = await Promise.all(
      queries.map((query) => memoryTool(run.ipcDir, 'search', '--query', query)),
    );

    expect(outcomes.map(({ stdout }) => stdout)).toEqual(queries.map((query) => JSON.stringify({ query })));
  });

  test('says on one line why the host refused, with exit 1', async () => {
    await using setting = await startTestGateway({ handlers: { memory_get: refuse } });
    await using run = await setting.attach();

    const outcome = await memoryTool(run.ipcDir, 'get', '--path', 'memory/none.md');

    expect(outcome).toEqual({ stdout: '', stderr: 'memory-tool: no such document', exitCode: 1 });
  });

  test('gives up after its time and withdraws the request', async () => {
    await using scratch = await makeScratchDir();
    for (const leaf of ['actions', 'action_results']) await mkdir(join(scratch.path, leaf));

    const outcome = await memoryTool(scratch.path, 'get', '--timeout-ms', '50');

    expect(outcome).toEqual({
      stdout: '',
      stderr: 'memory-tool: the host did not answer within 50 ms; the request is withdrawn',
      exitCode: 1,
    });
    expect(await readdir(join(scratch.path, 'actions'))).toEqual([]);
  });

  test('withdraws the request when it is asked to stop', async () => {
    await using scratch = await makeScratchDir();
    for (const leaf of ['actions', 'action_results']) await mkdir(join(scratch.path, leaf));
    const tool = execa(process.execPath, [TOOL, 'get'], {
      env: { TURNBOX_IPC_DIR: scratch.path },
      reject: false,
    });
    while ((await readdir(join(scratch.path, 'actions'))).every((name) => !name.endsWith('.json'))) {
      await waitForFile(scratch.path, 'never', { timeoutMs: 10 });
    }

    tool.kill('SIGTERM');
    const { stderr, exitCode } = await tool;

    expect({ stderr, exitCode }).toEqual({ stderr: 'memory-tool: cancelled', exitCode: 1 });
    expect(await readdir(join(scratch.path, 'actions'))).toEqual([]);
  });

  test('says what is wrong where there is no IPC directory', async () => {
    const outcome = await memoryTool('/nonexistent', 'get');

    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toMatch(/^memory-tool: .*TURNBOX_IPC_DIR.*\/nonexistent/);
    expect(outcome.stderr.split('\n')).toHaveLength(1);
  });

  test.each([
    [['search'], /expected --query/],
    [['search', '--query', 'x', '--top-k', 'many'], /expected a whole number from 1 to 100, found "many"/],
    [['get', '--fast'], /found "--fast"/],
    [[], /expected search or get, found nothing/],
  ])('ends with 64 when it is called with %j', async (args, message) => {
    const outcome = await memoryTool('/nonexistent', ...args);

    expect(outcome).toMatchObject({ stdout: '', exitCode: 64 });
    expect(outcome.stderr).toMatch(message);
  });

  test('tells what it can do and which version it is', async () => {
    const facts = JSON.parse(await readFile(join(TOOL, '..', '..', 'package.json'), 'utf8')) as {
      version: string;
    };

    const [help, version] = await Promise.all([memoryTool('', '--help'), memoryTool('', '--version')]);

    expect(help.stdout).toContain('memory-tool search --query WORDS');
    expect([help.exitCode, version.exitCode, version.stdout]).toEqual([0, 0, facts.version]);
  });

  test('is a program by itself that holds no library', async () => {
    const text = await readFile(TOOL, 'utf8');
    const { exitCode } = await execa(TOOL, ['--version'], { reject: false });

    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(text).not.toContain('node_modules');
    expect(exitCode).toBe(0);
  });

  test('refuses an answer that is not one', async () => {
    await using scratch = await makeScratchDir();
    for (const leaf of ['actions', 'action_results']) await mkdir(join(scratch.path, leaf));
    const asking = memoryTool(scratch.path, 'get');
    let [name] = await readdir(join(scratch.path, 'actions'));
    while (name?.endsWith('.json') !== true) [name] = await readdir(join(scratch.path, 'actions'));
    await writeFile(join(scratch.path, 'action_results', `${name}.part`), '{"requestId":"other"}');

    await rename(
      join(scratch.path, 'action_results', `${name}.part`),
      join(scratch.path, 'action_results', name),
    );

    expect(await asking).toMatchObject({
      exitCode: 1,
      stderr: 'memory-tool: the answer of the host cannot be read: its requestId is not that of the request',
    });
  });
});
