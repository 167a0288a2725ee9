import type { ContainerInput } from '../../../ipc-schemas/index.ts';

/** Says who the agent is and how it works; a scheduled run also learns that nobody waits. */
export function identitySection(input: ContainerInput): string {
  const what = input.isScheduledTask
    ? 'This is a background task on a schedule: nobody is waiting for a chat answer, so do the task and end with a short account of it.'
    : 'You answer one message from a chat.';
  return `You are ${oneLine(input.assistantName) || 'Assistant'}. ${what}

- Finish what was asked before you end your turn; do not stop at a plan unless a plan was asked for.
- Check what you did where you can, and say plainly what you did not do, could not check or had to assume.`;
}

/** A name with line breaks in it could begin a section of its own, one with invisible text say more than is seen. */
function oneLine(text: string): string {
  const joinsEmoji = '\u200d';
  const visible = text.replaceAll(/\p{Cf}/gu, (mark) => (mark === joinsEmoji ? mark : ''));
  return visible.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}
