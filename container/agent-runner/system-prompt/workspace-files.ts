import type { ContainerInput } from '../../../ipc-schemas/index.ts';
import { localDate, localYesterday } from './local-date.ts';

/** A file that may enter the prompt: the first of `names` that exists below the root. */
export interface PromptFileRequest {
  readonly root: 'group' | 'global';
  readonly names: readonly string[];
}

const MEMORY_NAMES = ['MEMORY.md', 'memory.md'] as const;

const MAIN_NAMES = ['AGENTS.md', 'SOUL.md', 'USER.md', 'IDENTITY.md', 'PRINCIPLES.md', 'TOOLS.md'] as const;

/**
 * Lists the workspace files that may enter the prompt, in their order there.
 *
 * The main chat sees all of its group and the notes of today and yesterday. Other chats see who they are to
 * be, and memory files only as a fallback, when the host retrieved no memory.
 */
export function workspaceFileList(
  input: ContainerInput,
  now: Date,
  timeZone: string,
): readonly PromptFileRequest[] {
  if (input.isMain) {
    const days = [localDate(now, timeZone), localYesterday(now, timeZone)];
    return [
      ...MAIN_NAMES.map((name) => inRoot('group', name)),
      inRoot('group', ...MEMORY_NAMES),
      ...days.map((day) => inRoot('group', `memory/${day}.md`)),
    ];
  }
  const souls = [inRoot('global', 'SOUL.md'), inRoot('group', 'SOUL.md')];
  if (input.memoryContext.trim() !== '') return souls;
  return [...souls, inRoot('global', ...MEMORY_NAMES), inRoot('group', ...MEMORY_NAMES)];
}

function inRoot(root: PromptFileRequest['root'], ...names: string[]): PromptFileRequest {
  return { root, names };
}
