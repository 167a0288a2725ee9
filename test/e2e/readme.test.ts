import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const library = join(root, 'host', 'index.ts');
let workDir: string;
let example: string;

beforeAll(async () => {
  // Inside the project, so that the compiler finds its types.
  workDir = await mkdtemp(join(root, 'test', 'e2e', 'readme-'));
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  example = /```ts\n(?<code>[\s\S]*?)```/.exec(readme)?.groups?.['code'] ?? '';
});

afterAll(() => rm(workDir, { recursive: true, force: true }));

it('the library example of the README compiles', async () => {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { paths: { turnbox: [library] } },
    include: ['example.ts'],
  };
  await writeFile(join(workDir, 'example.ts'), example);
  await writeFile(join(workDir, 'tsconfig.json'), JSON.stringify(config));

  const { exitCode, stdout } = await execa('tsc', ['-p', workDir], { preferLocal: true, reject: false });

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
});

it('the library example of the README runs, on real pi', async () => {
  const file = join(workDir, 'run.ts');
  await writeFile(file, example.replace("from 'turnbox'", `from '${pathToFileURL(library).href}'`));

  const { exitCode, stdout, stderr } = await execa(process.execPath, [file], {
    preferLocal: true,
    reject: false,
    env: { TURNBOX_DATA_DIR: join(workDir, 'data') },
  });

  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/You asked: "What can you do\?"[\s\S]*done, \d+ tokens/) as string,
  });
  expect(stderr).toContain('[bash]');
});
