import { type ContainerInput, cutText } from '../../ipc-schemas/index.ts';
import { INHERITED, type RunnerConfig } from './config.ts';

/** Names that a secret can't set, beside those that the runner sets itself. */
const RESERVED = /^(?:NODE_OPTIONS|LD_.*|DYLD_.*|GIT_.*|TURNBOX_.*)$/;

export interface AgentEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Secrets that were left out because their names are reserved. */
  readonly leftOut: readonly string[];
}

/**
 * Builds the whole environment of an agent: a clean one, its secrets, what its run is, and its own variables.
 *
 * Nothing else of the runner's environment reaches it.
 */
export function buildAgentEnvironment(
  input: ContainerInput,
  requestId: string,
  config: RunnerConfig,
  agentVariables: Readonly<Record<string, string>>,
): AgentEnvironment {
  const author = toGitName(input.assistantName);
  const own: Record<string, string> = {
    ...config.inherited,
    GIT_AUTHOR_NAME: author,
    GIT_AUTHOR_EMAIL: config.gitEmail,
    GIT_COMMITTER_NAME: author,
    GIT_COMMITTER_EMAIL: config.gitEmail,
    TURNBOX_REQUEST_ID: requestId,
    TURNBOX_CHAT_JID: input.chatJid,
    TURNBOX_CODING_HINT: input.codingHint,
    TURNBOX_IS_MAIN: input.isMain ? '1' : '0',
    TURNBOX_IPC_DIR: config.ipcDir,
    ...agentVariables,
  };
  const isReserved = (name: string): boolean =>
    RESERVED.test(name) || INHERITED.includes(name) || Object.hasOwn(own, name);
  const names = Object.keys(input.secrets);
  const secrets = Object.fromEntries(Object.entries(input.secrets).filter(([name]) => !isReserved(name)));
  return { env: { ...secrets, ...own }, leftOut: names.filter(isReserved) };
}

/** A variable has room for much, but not for all: the whole environment is limited. */
const MAX_GIT_NAME_CHARS = 128;

/** What git takes as a name: no line ends, no angle brackets, not blank. */
function toGitName(name: string): string {
  const plain = name
    .replace(/[\x00-\x1f\x7f<>]+/g, ' ')
    .toWellFormed()
    .trim();
  return cutText(plain, MAX_GIT_NAME_CHARS) || 'Assistant';
}
