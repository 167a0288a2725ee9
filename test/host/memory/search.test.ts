import { describe, expect, test } from 'vitest';

import { MemoryHitSchema } from '../../../ipc-schemas/index.ts';
import { openSetting, said } from './memory-setting.ts';

describe('search', () => {
  test('gives a passage with its path, lines and the headings it stands under', async () => {
    await using setting = await openSetting();
    await setting.write(
      'team',
      'memory/trips.md',
      '# Trips\n\n## Summer\n\nWe camped at the lake.\n\nIt rained.\n',
    );

    const found = await setting.memory.search({ groupFolder: 'team', query: 'camping lake' });

    expect(found).toEqual({
      hits: [
        {
          source: 'memory_doc',
          score: expect.any(Number),
          groupFolder: 'team',
          title: 'Trips › Summer',
          snippet: 'We camped at the lake.\n\nIt rained.',
          path: 'memory/trips.md',
          startLine: 5,
          endLine: 7,
        },
      ],
      notices: [],
    });
    expect(found.hits.map((hit) => MemoryHitSchema.safeParse(hit).success)).toEqual([true]);
  });

  test('gives what was said with its chat, sender, time and day', async () => {
    await using setting = await openSetting();
    await setting.memory.recordMessage(said('team', 'The kiln needs a new thermocouple.'));
    await setting.memory.recordMessage({
      ...said('team', 'Ordered one.'),
      senderName: 'Bot',
      role: 'assistant',
    });

    const { hits } = await setting.memory.search({ groupFolder: 'team', query: 'thermocouple' });

    expect(hits).toEqual([
      {
        source: 'session_transcript',
        score: expect.any(Number),
        groupFolder: 'team',
        title: '2024-05-08',
        snippet: 'Ana: The kiln needs a new thermocouple.\nBot: Ordered one.',
        chatJid: 'test:1',
        senderName: 'Ana',
        timestamp: '2024-05-08T10:00:00.000Z',
      },
    ]);
    expect(hits.map((hit) => MemoryHitSchema.safeParse(hit).success)).toEqual([true]);
  });

  test('keeps groups apart and gives all of them the global memory', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The password of the team is walnut.');
    await setting.write('other', 'MEMORY.md', 'The password of the others is cashew.');
    await setting.write('global', 'MEMORY.md', 'The password of the guests is almond.');
    await setting.memory.recordMessage(said('other', 'Our password was cashew before too.'));

    expect(await setting.find('team', 'password walnut cashew almond')).toEqual([
      'The password of the team is walnut.',
      'The password of the guests is almond.',
    ]);
    const own = await setting.memory.search({ groupFolder: 'team', query: 'password', includeGlobal: false });
    expect(own.hits.map(({ groupFolder }) => groupFolder)).toEqual(['team']);
  });

  test('gives the same scores whatever other groups have', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron waits.\n\nThe goat does not wait.');
    const before = await setting.memory.search({ groupFolder: 'team', query: 'waiting heron' });
    await setting.write('other', 'MEMORY.md', 'heron heron\n\n'.repeat(50));
    await setting.find('other', 'heron');

    expect(await setting.memory.search({ groupFolder: 'team', query: 'waiting heron' })).toEqual(before);
  });

  test('searches the sources asked for', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron is silver.');
    await setting.memory.recordMessage(said('team', 'I saw a heron.'));

    const sourcesOf = async (sources: 'memory' | 'sessions' | 'all') => {
      const { hits } = await setting.memory.search({ groupFolder: 'team', query: 'heron', sources });
      return hits.map(({ source }) => source).sort();
    };
    expect(await sourcesOf('memory')).toEqual(['memory_doc']);
    expect(await sourcesOf('sessions')).toEqual(['session_transcript']);
    expect(await sourcesOf('all')).toEqual(['memory_doc', 'session_transcript']);
  });

  test.each([
    ['stems', 'She was camping with her children.', 'camp child'],
    ['irregular verbs', 'He bought a boat.', 'What did he buy?'],
    ['accents', 'Das Café liegt in der Straße.', 'cafe strasse'],
    ['German plurals', 'Im Garten leben drei Katzen.', 'Katze'],
    ['width', 'ＡＢＣ１２３ is the code.', 'abc123'],
    ['Han', '我昨天终于通过了驾照考试', '驾照'],
    ['kana', '豆太郎は雷がとても怖い', '雷'],
    ['katakana', '先週キャンプに行った', 'キャンプはいつ？'],
    ['Hangul within a word', '단팥빵을 구웠는데 반은 탔어', '단팥빵'],
    ['Thai', 'ฉันชอบกินข้าวผัด', 'ข้าวผัด'],
    ['Cyrillic', 'Собака спит на диване.', 'собака'],
    ['dates', '# 2023-05-08\n\nShe moved house.', 'What happened on 8 May 2023?'],
    ['emoji', 'Party at noon 🎉', '🎉'],
  ])('finds %s', async (_, text, query) => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', text);
    await setting.write('team', 'memory/other.md', 'Nothing to do with it.\n\n別の話です。');

    expect((await setting.find('team', query))[0]).toBe(text.replace(/^# .*\n\n/u, ''));
  });

  test('answers a query of stop words only', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'What is it that you want?');

    expect(await setting.find('team', 'what is it')).toEqual(['What is it that you want?']);
  });

  test.each([
    'heron" OR 1',
    'heron AND NOT',
    'NEAR(heron',
    'body: heron *',
    '"heron',
    "heron'); DROP TABLE memory_files; --",
    '^heron + ( ) { } [ ] : - *',
    'heron\0goat',
    `heron ${'x'.repeat(100_000)}`,
    `heron ${Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(' ')}`,
  ])('takes syntax as text: %.30s', async (query) => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron waits.');

    expect(await setting.find('team', query)).toEqual(['The heron waits.']);
  });

  test.each(['🎉🎉', '???', '\u{e000}', '--', '\ud800', 'zzzz'])('finds nothing for %j', async (query) => {
    await using setting = await openSetting();
    await setting.write('team', 'MEMORY.md', 'The heron waits.');

    expect(await setting.memory.search({ groupFolder: 'team', query })).toEqual({ hits: [], notices: [] });
  });

  test.each(['', ' \n', '\0\0'])('refuses the blank query %j', async (query) => {
    await using setting = await openSetting();

    await expect(setting.memory.search({ groupFolder: 'team', query })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  test.each(['..', 'a/b', '', 'Global', 'x\0'])('refuses the group %j', async (groupFolder) => {
    await using setting = await openSetting();

    const code = { code: 'INPUT_INVALID' };
    await expect(setting.memory.search({ groupFolder, query: 'heron' })).rejects.toMatchObject(code);
    await expect(setting.memory.get({ groupFolder, path: 'MEMORY.md' })).rejects.toMatchObject(code);
    await expect(setting.memory.recordMessage(said(groupFolder, 'x'))).rejects.toMatchObject(code);
    await expect(setting.memory.reindex(groupFolder)).rejects.toMatchObject(code);
  });

  test('fills a hit with whole neighbouring paragraphs up to 800 characters', async () => {
    await using setting = await openSetting();
    const turns = Array.from(
      { length: 40 },
      (_, turn) => `**Ana:** Turn ${turn} is about ${'words '.repeat(15)}.`,
    );
    turns[20] = '**Ana:** The heron came back.';
    await setting.write('team', 'memory/log.md', turns.join('\n\n'));

    const [snippet = ''] = await setting.find('team', 'heron');

    expect(snippet).toContain('**Ana:** The heron came back.');
    expect(snippet.length).toBeLessThanOrEqual(800);
    expect(snippet.length).toBeGreaterThan(650);
    expect(snippet.split('\n\n').every((turn) => turns.includes(turn))).toBe(true);
  });

  test('never shows a passage twice nor more than 800 characters, however long paragraphs are', async () => {
    await using setting = await openSetting();
    const long = Array.from({ length: 300 }, (_, index) => `The heron number ${index} waits.`).join(' ');
    await setting.write(
      'team',
      'memory/long.md',
      `${long}\n\n${'heron'.repeat(500)}\n\n${'鷺が待つ'.repeat(400)}`,
    );
    await setting.write('team', 'memory/copy.md', 'The heron is here.');
    await setting.write('team', 'memory/again.md', 'The heron is here.');
    await setting.memory.recordMessage(said('team', `${long} heron`));

    const { hits } = await setting.memory.search({ groupFolder: 'team', query: 'heron 鷺', topK: 100 });

    const snippets = hits.map(({ snippet }) => snippet);
    expect(new Set(snippets).size).toBe(snippets.length);
    expect(Math.max(...snippets.map(({ length }) => length))).toBeLessThanOrEqual(800);
    expect(snippets.filter((snippet) => snippet === 'The heron is here.')).toHaveLength(1);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  });

  test('gives at most topK hits', async () => {
    await using setting = await openSetting();
    for (let file = 0; file < 12; file += 1)
      await setting.write('team', `memory/${file}.md`, `heron ${file}`);

    const count = async (topK?: number) =>
      (await setting.memory.search({ groupFolder: 'team', query: 'heron', topK })).hits.length;
    expect([await count(), await count(3), await count(100)]).toEqual([8, 3, 12]);
  });

  test('takes the name of a file as its title where it has no heading', async () => {
    await using setting = await openSetting();
    await setting.write('team', 'memory/2023-05-08.md', 'The heron came back.');

    const { hits } = await setting.memory.search({ groupFolder: 'team', query: 'May 8 2023' });

    expect(hits.map(({ title }) => title)).toEqual(['2023-05-08']);
  });
});
