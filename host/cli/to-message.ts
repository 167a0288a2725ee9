import type { ChatMessage } from '../build-input.ts';
import type { RunFlags } from './run-options.ts';

/** The owner's own chat at the terminal. */
const MAIN_GROUP = 'main';

/** The message that a command line means. Pure; what is not given is absent, so that defaults stand. */
export function toMessage(
  prompt: string,
  flags: RunFlags,
  secrets: Readonly<Record<string, string>>,
): ChatMessage {
  const group = flags.group ?? MAIN_GROUP;
  const { agent, provider, model, think, reasoning, verbose, timeout } = flags;
  return {
    prompt,
    groupFolder: group,
    chatJid: `cli:${group}`,
    isMain: flags.main ?? flags.group === undefined,
    noContinue: !flags.continue,
    secrets: { ...secrets },
    ...(agent !== undefined && { agent }),
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(think !== undefined && { thinkLevel: think }),
    ...(reasoning !== undefined && { reasoningLevel: reasoning }),
    ...(verbose !== undefined && { verboseMode: verbose }),
    ...(timeout !== undefined && { timeouts: { wallMs: timeout } }),
  };
}
