import type { ContainerOutput } from '../ipc-schemas/index.ts';
import type { HostInput } from './build-input.ts';
import type { Memory } from './memory/open-memory.ts';

/** What was said in a run, and when. */
export interface SaidInRun {
  readonly input: HostInput;
  readonly output: ContainerOutput;
  readonly senderName: string;
  readonly askedAt: Date;
}

/**
 * Records what was said in a run, for later searches: the message, and the answer where there is one.
 *
 * A message that never reached an agent is not recorded. Rejects where the database cannot be written.
 */
export async function recordRun(memory: Memory, said: SaidInRun): Promise<void> {
  const { input, output, senderName, askedAt } = said;
  if (output.errorCode === 'INPUT_INVALID') return;
  const { groupFolder, chatJid, assistantName } = input;
  const where = { groupFolder, chatJid };
  await memory.recordMessage({
    ...where,
    role: 'user',
    senderName,
    text: input.prompt,
    timestamp: askedAt.toISOString(),
  });
  const answer = output.result ?? '';
  if (answer === '') return;
  const answeredAt = new Date(askedAt.getTime() + output.durationMs).toISOString();
  await memory.recordMessage({
    ...where,
    role: 'assistant',
    senderName: assistantName,
    text: answer,
    timestamp: answeredAt,
  });
}
