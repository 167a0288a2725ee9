import { describe, expect, it } from 'vitest';

import { workspaceFileList } from '../../../container/agent-runner/system-prompt/workspace-files.ts';
import { inputForTest } from './prompt-facts-for-test.ts';

const NOW = new Date('2026-01-01T05:00:00Z');
const MEMORY = ['MEMORY.md', 'memory.md'];

describe('workspaceFileList', () => {
  it.each(['', 'retrieved'])(
    'gives the main chat all of its group, with memoryContext %j',
    (memoryContext) => {
      const list = workspaceFileList(
        inputForTest({ isMain: true, memoryContext }),
        NOW,
        'America/Los_Angeles',
      );

      expect(list).toEqual([
        { root: 'group', names: ['AGENTS.md'] },
        { root: 'group', names: ['SOUL.md'] },
        { root: 'group', names: ['USER.md'] },
        { root: 'group', names: ['IDENTITY.md'] },
        { root: 'group', names: ['PRINCIPLES.md'] },
        { root: 'group', names: ['TOOLS.md'] },
        { root: 'group', names: MEMORY },
        { root: 'group', names: ['memory/2025-12-31.md'] },
        { root: 'group', names: ['memory/2025-12-30.md'] },
      ]);
    },
  );

  it.each(['', ' \n'])('gives other chats memory files when memoryContext is %j', (memoryContext) => {
    expect(workspaceFileList(inputForTest({ memoryContext }), NOW, 'UTC')).toEqual([
      { root: 'global', names: ['SOUL.md'] },
      { root: 'group', names: ['SOUL.md'] },
      { root: 'global', names: MEMORY },
      { root: 'group', names: MEMORY },
    ]);
  });

  it('gives other chats no memory files when the host retrieved memory', () => {
    expect(workspaceFileList(inputForTest({ memoryContext: 'retrieved' }), NOW, 'UTC')).toEqual([
      { root: 'global', names: ['SOUL.md'] },
      { root: 'group', names: ['SOUL.md'] },
    ]);
  });
});
