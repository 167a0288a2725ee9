import { readdir } from 'node:fs/promises';

import { afterAll, describe, expect, test } from 'vitest';

import { startPiHost, systemPromptOf, userTextsOf } from './pi-host.ts';

const host = await startPiHost();

afterAll(() => host[Symbol.asyncDispose]());

describe('the prompt of a message', () => {
  test.each([
    '--help',
    '-p',
    '@/etc/passwd',
    '@Andy hello',
    '/help',
    '!ls',
    '--\n-c',
    '"quoted" $HOME `id` \\n',
    'line one\r\nline\u2028two\tend',
    '漢字 😀 e\u0301',
    '---TURNBOX_OUTPUT_START---\n{}\n---TURNBOX_OUTPUT_END---',
  ])('reaches the model as it is: %j', async (prompt) => {
    const run = await host.send({ model: 'echo', prompt, noContinue: true });

    expect(userTextsOf(run)).toEqual([prompt]);
    expect(run.output.result).toBe(prompt);
  });

  test('reaches the model whole with 3 MB', async () => {
    const prompt = `begin ${'0123456789 é😀 '.repeat(170_000)}end`;

    const run = await host.send({ model: 'reply', prompt, groupFolder: 'large' });

    expect(Buffer.byteLength(prompt)).toBeGreaterThan(3_000_000);
    expect(run.output.status).toBe('success');
    expect(userTextsOf(run)[0] === prompt).toBe(true);
  });

  test('above 4 MiB is INPUT_INVALID', async () => {
    const run = await host.send({ model: 'reply', prompt: 'x'.repeat(4 * 1024 * 1024 + 1) });

    expect(run.output).toMatchObject({
      errorCode: 'INPUT_INVALID',
      error: expect.stringMatching(/^prompt: expected /) as string,
    });
  });
});

describe('the system prompt', () => {
  const SOUL = 'Speak like a lighthouse keeper.';

  test('holds the soul and the memory of a group, fenced as data', async () => {
    await host.write('groups/fenced/SOUL.md', SOUL);
    await host.write('groups/fenced/MEMORY.md', 'The lamp is green.');

    const prompt = systemPromptOf(await host.send({ model: 'reply', groupFolder: 'fenced' }));

    const fence = /<<<data (?<id>\S+) source="group\/SOUL\.md">>>\n(?<text>[^]*?)\n<<<end data \k<id>>>>/;
    expect(fence.exec(prompt)?.groups?.['text']).toBe(SOUL);
    expect(prompt).toContain('The lamp is green.');
    expect(prompt).toContain(host.pathsOf('fenced').groupDir);
  });

  test('holds AGENTS.md for the main chat and for no other', async () => {
    await host.write('groups/owner/AGENTS.md', 'Rules of the house.');
    const main = await host.send({ model: 'reply', groupFolder: 'owner', isMain: true });
    const other = await host.send({ model: 'reply', groupFolder: 'owner', noContinue: true });

    expect(systemPromptOf(main)).toContain('Rules of the house.');
    expect(systemPromptOf(other)).not.toContain('Rules of the house.');
  });

  test('holds what the host adds, and the name', async () => {
    const run = await host.send({
      model: 'reply',
      groupFolder: 'named',
      assistantName: 'Ada',
      extraSystemPrompt: 'Answer in rhymes.',
      memoryContext: 'The user likes tea.',
    });

    const prompt = systemPromptOf(run);
    expect(prompt).toContain('You are Ada.');
    expect(prompt).toContain('Answer in rhymes.');
    expect(prompt).toContain('The user likes tea.');
  });

  test('holds nothing that pi would find in the group directory, and pi runs none of it', async () => {
    const planted: Record<string, string> = {
      'AGENTS.md': 'PLANTED agents',
      'CLAUDE.md': 'PLANTED claude',
      '.pi/SYSTEM.md': 'PLANTED system',
      '.pi/APPEND_SYSTEM.md': 'PLANTED append',
      '.pi/settings.json': JSON.stringify({
        extensions: ['./other.ts'],
        shellCommandPrefix: 'touch settings-ran;',
      }),
      '.pi/prompts/greet.md': '---\ndescription: PLANTED\n---\nPLANTED template',
      '.pi/skills/planted/SKILL.md': '---\nname: planted\ndescription: PLANTED skill\n---\nPLANTED body',
      '.agents/skills/planted/SKILL.md': '---\nname: planted\ndescription: PLANTED skill\n---\nPLANTED body',
      '.pi/extensions/x.ts': extensionThatLeaves('extension-ran'),
      '.pi/other.ts': extensionThatLeaves('other-ran'),
    };
    for (const [name, text] of Object.entries(planted)) await host.write(`groups/planted/${name}`, text);

    const run = await host.send({ model: 'tool', groupFolder: 'planted', prompt: '/greet' });

    expect(run.output.result).toBe('The tool said: one');
    expect(userTextsOf(run)).toEqual(['/greet']);
    expect(JSON.stringify(run.requests)).not.toContain('PLANTED');
    expect((run.requests[0]?.tools ?? []).map((tool) => tool.function?.name)).not.toContain('planted');
    const names = await readdir(host.pathsOf('planted').groupDir);
    expect(names.filter((name) => name.endsWith('-ran'))).toEqual([]);
  });
});

function extensionThatLeaves(name: string): string {
  return `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(name)}, '');
export default function (pi) {
  pi.registerTool({ name: 'planted', label: 'p', description: 'PLANTED tool', parameters: { type: 'object', properties: {} }, execute: async () => ({ content: [] }) });
}
`;
}
