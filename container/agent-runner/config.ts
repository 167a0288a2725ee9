import { join } from 'node:path';

import { DEFAULT_MARKER_PREFIX, isMarkerPrefix } from '../../ipc-schemas/index.ts';
import { DEFAULT_PROMPT_BUDGET } from './system-prompt/build-system-prompt.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the runner takes from its environment: paths, programs and limits, never what the run is about. */
export interface RunnerConfig {
  readonly groupDir: string;
  readonly projectDir: string;
  readonly globalDir: string;
  readonly ipcDir: string;
  readonly markerPrefix: string;
  /** 0 waits for ever. */
  readonly stdinFirstByteMs: number;
  readonly promptBudget: { fileMaxChars: number; totalMaxChars: number; memoryMaxChars: number };
  readonly timeZone: string;
  readonly gitEmail: string;
  /** What the runner passes on to agents of its own environment. */
  readonly inherited: Readonly<Record<string, string>>;
  /** The value of a variable that only an adapter knows; undefined where it is missing or empty. */
  readonly lookUp: (variable: string) => string | undefined;
  /** What was wrong with it, for the log. */
  readonly warnings: readonly string[];
}

/** Passed on to the agent as they are: in a container they are the container's own. */
export const INHERITED: readonly string[] = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TERM',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
];

const FALLBACKS: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/home/node',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
};

/** Reads the runner's settings; what is wrong falls back to its default with a warning. */
export function readConfig(env: Environment): RunnerConfig {
  const warnings: string[] = [];
  const pathOf = (name: string, fallback: string): string => env[name] || fallback;
  const workspace = pathOf('TURNBOX_WORKSPACE_DIR', '/workspace');
  const numberOf = (name: string, fallback: number, min: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && value < 2 ** 31) return value;
    warnings.push(
      `${name}: expected a whole number from ${min}, found ${JSON.stringify(text)}; ${fallback} is used`,
    );
    return fallback;
  };
  const prefix = env['TURNBOX_MARKER_PREFIX'] || DEFAULT_MARKER_PREFIX;
  const isGoodPrefix = isMarkerPrefix(prefix);
  if (!isGoodPrefix) {
    warnings.push(
      `TURNBOX_MARKER_PREFIX: expected capital letters, digits and underscores, found ${JSON.stringify(prefix)}`,
    );
  }
  return {
    groupDir: pathOf('TURNBOX_GROUP_DIR', join(workspace, 'group')),
    projectDir: pathOf('TURNBOX_PROJECT_DIR', join(workspace, 'project')),
    globalDir: pathOf('TURNBOX_GLOBAL_DIR', join(workspace, 'global')),
    ipcDir: pathOf('TURNBOX_IPC_DIR', join(workspace, 'ipc')),
    markerPrefix: isGoodPrefix ? prefix : DEFAULT_MARKER_PREFIX,
    stdinFirstByteMs: numberOf('TURNBOX_STDIN_FIRST_BYTE_MS', 10_000, 0),
    promptBudget: {
      fileMaxChars: numberOf('TURNBOX_PROMPT_FILE_MAX_CHARS', DEFAULT_PROMPT_BUDGET.fileMaxChars, 1),
      totalMaxChars: numberOf('TURNBOX_PROMPT_TOTAL_MAX_CHARS', DEFAULT_PROMPT_BUDGET.totalMaxChars, 1),
      memoryMaxChars: DEFAULT_PROMPT_BUDGET.memoryMaxChars,
    },
    timeZone: env['TZ'] || 'UTC',
    gitEmail: env['TURNBOX_GIT_EMAIL'] || 'turnbox@localhost',
    inherited: Object.fromEntries(
      INHERITED.flatMap((name) => {
        const value = env[name] || FALLBACKS[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    lookUp: (variable) => env[variable] || undefined,
    warnings,
  };
}
