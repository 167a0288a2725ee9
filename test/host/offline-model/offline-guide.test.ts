import { describe, expect, test } from 'vitest';

import { type ChatRequest, toConversation } from '../../../host/offline-model/conversation.ts';
import type { Answer } from '../../../host/offline-model/reply.ts';
import { offlineGuide } from '../../../host/offline-model/scripts/offline-guide.ts';
import { noteOf } from '../../../host/offline-model/scripts/offline-note.ts';
import { describeListing, quote } from '../../../host/offline-model/scripts/offline-quotes.ts';
import { startOfflineModel } from '../../../host/offline-model/start-offline-model.ts';
import { ask, called, TOOLS, user } from './ask-offline-model.ts';

const LISTING = '/work\na.txt\nb.txt\nSat Nov 21 08:26:56 UTC 2026\n';

function guide(messages: ChatRequest['messages'], tools: ChatRequest['tools'] = TOOLS): Answer {
  return offlineGuide(toConversation({ model: 'turnbox-offline', messages, tools }));
}

function textOf({ pieces }: Answer): string {
  return pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('');
}

function callsOf({ pieces }: Answer): unknown[] {
  return pieces.filter((piece) => piece.type === 'tool_call');
}

describe('offlineGuide', () => {
  test('says a sentence and looks around with bash', () => {
    const answer = guide([{ role: 'system', content: 'save the file' }, user('What can you do?')]);

    expect(textOf(answer)).toBe('Let me look around first.');
    expect(callsOf(answer)).toEqual([
      { type: 'tool_call', name: 'bash', args: { command: 'pwd && ls -A | head -20 && date' } },
    ]);
    expect(answer.finishReason).toBe('tool_calls');
  });

  test('restates the question, shows what the tool gave back, and says what it is', () => {
    const answer = guide([user('What can you do?'), ...called('a', 'bash', LISTING)]);

    expect(textOf(answer)).toBe(
      [
        'You asked: "What can you do?"',
        'I ran a command in /work (Sat Nov 21 08:26:56 UTC 2026). It has 2 entries: a.txt, b.txt.',
        '',
        'I am an offline script: no model, no key, no network. For a real model, give a provider and its key.',
        'Ask me what is in this folder, to save a note to a file, or what you asked before.',
      ].join('\n'),
    );
    expect(answer.finishReason).toBe('stop');
  });

  test('streams in words with a pause before each', () => {
    const answer = guide([user('What did I ask before?')]);

    expect(answer.delayMs).toBe(15);
    expect(answer.pieces.slice(0, 3)).toEqual(
      ['There ', 'is ', 'no '].map((text) => ({ type: 'text', text })),
    );
  });

  test.each([
    'What did I ask before?',
    'What did I ask first?',
    'Tell me my first message',
    'Do you remember what I asked you to save?',
    'earlier',
    'once again',
  ])('quotes earlier messages when asked: %s', (message) => {
    const history = [
      user('My name is Ada.'),
      { role: 'assistant', content: 'Hello.' },
      user('And a "note".'),
    ];

    const answer = guide([...history, user(message)]);

    expect(textOf(answer)).toBe(
      'Before this one you sent 2 messages in this session:\n1. "My name is Ada."\n2. "And a "note"."',
    );
    expect(callsOf(answer)).toEqual([]);
  });

  test('says that there is no earlier message where there is none', () => {
    expect(textOf(guide([user('What did I ask before?')]))).toContain(
      'There is no earlier message in this session',
    );
  });

  test('quotes the first and the last nine of many messages', () => {
    const history = Array.from({ length: 30 }, (_, index) => user(`message ${index + 1}`));

    const text = textOf(guide([...history, user('What did I ask before?')]));

    expect(text.split('\n')).toHaveLength(12);
    expect(text).toContain('30 messages in this session:\n1. "message 1"\n…\n22. "message 22"\n');
  });

  test('saves a note where the message says, then confirms with the path', () => {
    const message = user('Please save a note to notes.md: buy milk');
    const first = guide([message]);
    const second = guide([message, ...called('a', 'write', 'Successfully wrote to notes.md')]);

    expect(callsOf(first)).toEqual([
      { type: 'tool_call', name: 'write', args: { path: 'notes.md', content: 'buy milk\n' } },
    ]);
    expect(textOf(second)).toContain('`notes.md`. The write tool said: "Successfully wrote to notes.md"');
  });

  test.each([
    'Read the MEMORY.md file',
    'show me the file notes.md',
    'What do my notes say?',
    'list my notes',
  ])('writes nothing when it is not asked to write or save: %s', (message) => {
    expect(callsOf(guide([user(message)]))).toMatchObject([{ name: 'bash' }]);
  });

  test('says so where the tool is not offered', () => {
    const answers = [guide([user('Hello!')], []), guide([user('Write a poem')], null)];

    expect(answers.flatMap(callsOf)).toEqual([]);
    expect(answers.map((answer) => textOf(answer).split('\n')[1])).toEqual([
      'I would use the `bash` tool, but this run does not offer it.',
      'I would use the `write` tool, but this run does not offer it.',
    ]);
  });

  test('decides from the request alone: another instance goes on where the first left off', async () => {
    const messages = [user('What can you do?')];
    await using first = await startOfflineModel();
    const asked = await ask(first, 'turnbox-offline', messages);
    await using second = await startOfflineModel();

    const call = asked.calls[0];
    const told = await ask(second, 'turnbox-offline', [
      ...messages,
      ...called(call?.id ?? '', 'bash', LISTING),
    ]);
    const again = await ask(second, 'turnbox-offline', messages);

    expect(told.text).toContain('It has 2 entries: a.txt, b.txt.');
    expect(again).toEqual(asked);
  });
});

describe('noteOf', () => {
  test.each([
    ['write hello to docs/plan.txt', 'docs/plan.txt'],
    ['save ./notes.md please', 'offline-note.md'],
    ['save this to notes.md.', 'notes.md'],
    ['write /etc/cron.sh', 'offline-note.md'],
    ['write ../up.md', 'offline-note.md'],
    ['write a/../../up.md', 'offline-note.md'],
    ['write ~/up.md', 'offline-note.md'],
    ['save a note, e.g. for v1.2', 'offline-note.md'],
    ['save this to MEMORY.md', 'offline-note.md'],
    ['save this to memory.md', 'offline-note.md'],
    ['write to SOUL.md', 'offline-note.md'],
    ['write to AGENTS.md', 'offline-note.md'],
    ['write to CLAUDE.md', 'offline-note.md'],
    ['write to global/soul.MD', 'offline-note.md'],
    ['save this to memory/2026-01-01.md', 'offline-note.md'],
    ['save this to family/Memory/people.txt', 'offline-note.md'],
    ['save this to my-memory.md', 'my-memory.md'],
    ['save this to memory-notes/a.md', 'memory-notes/a.md'],
  ])('%s goes to %s', (message, path) => {
    expect(noteOf(message).path).toBe(path);
  });

  test('takes what follows the colon, else the whole message', () => {
    expect(noteOf('note: one\ntwo').content).toBe('one\ntwo\n');
    expect(noteOf('write at 10:30 ').content).toBe('write at 10:30\n');
  });
});

describe('describeListing', () => {
  test('says "at least" where the listing was cut', () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);

    expect(describeListing(['/work', ...names, 'today'].join('\n'))).toContain(
      'It has at least 20 entries: f0, f1',
    );
  });

  test('tells an empty folder from one entry', () => {
    expect(describeListing('/work\ntoday')).toBe('I ran a command in /work (today). It has no entries.');
    expect(describeListing('/work\na\ntoday')).toBe('I ran a command in /work (today). It has one entry: a.');
  });

  test.each(['', 'bash: not found', '/work'])('quotes an output of another shape: %j', (output) => {
    expect(describeListing(output)).toBe(`The tool said: "${output}"`);
  });
});

describe('quote', () => {
  test('cuts at 200 units and never inside a character', () => {
    expect(quote('a'.repeat(200))).toBe(`"${'a'.repeat(200)}"`);
    expect(quote(`${'a'.repeat(199)}\u{1F600}`)).toBe(`"${'a'.repeat(199)}…"`);
  });
});
