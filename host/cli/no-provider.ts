import { basename, delimiter, dirname } from 'node:path';

import type { HostConfig } from '../config.ts';
import { piStateDir } from './agent-logins.ts';
import { listKeyNames } from './provider-keys.ts';

/** What a user without a model provider is told: the three ways out, ready to copy. */
export function describeNoProvider(
  config: Pick<HostConfig, 'dataDir' | 'piProgram' | 'searchPath'>,
  group: string,
  provider: string | undefined,
): string {
  const names = provider === undefined ? [] : listKeyNames(provider);
  const [name = 'ANTHROPIC_API_KEY', ...others] = names;
  const more = names.length > 0 ? others.join(' or ') : 'OPENAI_API_KEY, GEMINI_API_KEY, ...';
  const whom = provider === undefined ? '' : ` "${provider}"`;
  const stateDir = quoteForShell(piStateDir(config.dataDir, group));
  return [
    `turnbox: no model provider${whom} is set up for the group "${group}": no key in the environment, no login.`,
    '',
    '  Try it without one:  turnbox run --offline "What can you do?"',
    `  Use a key:           export ${name}=...${more === '' ? '' : `   (or ${more})`}`,
    `  Log in with pi:      PI_CODING_AGENT_DIR=${stateDir} ${describeCommand(config)}   and then type /login`,
  ].join('\n');
}

function describeCommand({ piProgram, searchPath }: Pick<HostConfig, 'piProgram' | 'searchPath'>): string {
  if (piProgram === undefined) return 'pi';
  const isOnPath = basename(piProgram) === 'pi' && searchPath.split(delimiter).includes(dirname(piProgram));
  return isOnPath ? 'pi' : quoteForShell(piProgram);
}

function quoteForShell(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
