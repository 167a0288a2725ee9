import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';

import { TurnboxError } from '../ipc-schemas/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the host takes from its process: where things are, and what it hands on. */
export interface HostConfig {
  /** Where groups, sessions and runs are kept; absolute. */
  readonly dataDir: string;
  /** The pi program, absolute or a bare name; undefined where none was found. */
  readonly piProgram: string | undefined;
  /** The Node that runs the runner, absolute. */
  readonly nodeProgram: string;
  /** The bundle of the runner, absolute. */
  readonly runnerFile: string;
  /** Search path for the agent's tools: absolute entries only, since the agent works where it may write. */
  readonly searchPath: string;
  /** IANA name of the time zone. */
  readonly timeZone: string;
  /** Handed on as they are: language, terminal, certificates and proxies. */
  readonly passedOn: Readonly<Record<string, string>>;
  /** Ends a process that is not a child; throws ESRCH where there is none. */
  readonly kill: (pid: number) => void;
}

const PASSED_ON = [
  'LANG',
  'TERM',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
] as const;

const DEFAULT_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];

const PI_PACKAGE = '@earendil-works/pi-coding-agent';

/** Reads the host's settings from an environment; `dataDir` goes before TURNBOX_DATA_DIR and the XDG data home. */
export function readHostConfig(env: Environment = process.env, dataDir?: string): HostConfig {
  const nodeDir = dirname(process.execPath);
  const searchPath = splitPath(env['PATH']);
  const runnerFile = findBundle('agent-runner.mjs');
  return {
    dataDir: resolve(dataDir ?? (env['TURNBOX_DATA_DIR'] || defaultDataDir(env))),
    piProgram: findPi(env, searchPath),
    nodeProgram: process.execPath,
    runnerFile,
    // What agents call, such as memory-tool, lies beside the runner.
    searchPath: [
      join(dirname(runnerFile), 'bin'),
      nodeDir,
      ...(searchPath.length > 0 ? searchPath : DEFAULT_PATH),
    ].join(delimiter),
    timeZone: env['TZ'] || Intl.DateTimeFormat().resolvedOptions().timeZone,
    passedOn: Object.fromEntries(
      PASSED_ON.flatMap((name) => {
        const value = env[name];
        return value === undefined || value === '' ? [] : [[name, value]];
      }),
    ),
    kill: (pid) => void process.kill(pid, 'SIGKILL'),
  };
}

function defaultDataDir(env: Environment): string {
  const dataHome = env['XDG_DATA_HOME'];
  const isUsable = dataHome !== undefined && isAbsolute(dataHome);
  return join(isUsable ? dataHome : join(env['HOME'] || homedir(), '.local', 'share'), 'turnbox');
}

function splitPath(path = ''): string[] {
  return path.split(delimiter).filter((directory) => isAbsolute(directory));
}

/** TURNBOX_PI_BIN, else `pi` on PATH, else the one installed beside this package. */
function findPi(env: Environment, searchPath: readonly string[]): string | undefined {
  const named = env['TURNBOX_PI_BIN'];
  // Where it stands for a file, it is one of this process, not of the directory that the agent works in.
  if (named !== undefined && named !== '') return named.includes('/') ? resolve(named) : named;
  return searchPath.map((directory) => join(directory, 'pi')).find(isProgram) ?? findInstalledPi();
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent or not for us: the search goes on.
    return false;
  }
}

function findInstalledPi(): string | undefined {
  for (const directory of createRequire(import.meta.url).resolve.paths(PI_PACKAGE) ?? []) {
    const program = join(directory, '.bin', 'pi');
    if (existsSync(program)) return program;
  }
  return undefined;
}

/** The bundles lie in `dist/`, above this file where it was built and beside its folder where it was not. */
function findBundle(name: string): string {
  const candidates = [join(import.meta.dirname, '..', name), join(import.meta.dirname, '..', 'dist', name)];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new TurnboxError(
      'CONTAINER_START_FAILED',
      `expected the bundle ${name} at ${candidates.join(' or ')}, found none: run "npm run build"`,
    );
  }
  return found;
}
