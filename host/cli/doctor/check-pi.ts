import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HostConfig } from '../../config.ts';
import { askProgram } from './ask-program.ts';
import type { Finding } from './finding.ts';
import { parsePiHelp } from './parse-pi-help.ts';

/** What the runner starts pi with; `container/agent-runner/agents/pi.ts`. */
const NEEDED_FLAGS = [
  '--mode',
  '-c',
  '-ne',
  '-ns',
  '-np',
  '-nc',
  '--provider',
  '--model',
  '--thinking',
  '--extension',
  '--append-system-prompt',
  '--tools',
  '--no-tools',
  '--session-dir',
];

const INSTALL = 'npm install -g @earendil-works/pi-coding-agent';

/** Finds pi, its version, and whether it knows the flags that the runner uses. pi leaves nothing behind. */
export async function checkPi(config: HostConfig): Promise<Finding[]> {
  const { piProgram } = config;
  if (piProgram === undefined) {
    const cure = `${INSTALL}, or name the program in TURNBOX_PI_BIN`;
    return [{ name: 'pi', state: 'problem', found: 'not found on PATH', cure }];
  }
  const home = await mkdtemp(join(tmpdir(), 'turnbox-doctor-'));
  try {
    const env = {
      ...config.passedOn,
      PATH: config.searchPath,
      HOME: home,
      PI_CODING_AGENT_DIR: home,
      PI_OFFLINE: '1',
      PI_TELEMETRY: '0',
      PI_SKIP_VERSION_CHECK: '1',
    };
    const version = await askProgram(piProgram, ['--version'], env);
    if (version.kind !== 'answered') {
      const why = version.kind === 'absent' ? 'there is no such program' : version.reason;
      const cure = `${INSTALL}, or correct TURNBOX_PI_BIN`;
      return [{ name: 'pi', state: 'problem', found: `${piProgram} does not answer: ${why}`, cure }];
    }
    const help = await askProgram(piProgram, ['--help'], env);
    const text = help.kind === 'answered' ? help.text : '';
    return [{ name: 'pi', state: 'ok', found: `${version.text.trim()}, ${piProgram}` }, judgePiHelp(text)];
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Says whether a pi with this help can be started by the runner. */
export function judgePiHelp(help: string): Finding {
  const known = parsePiHelp(help);
  const missing = NEEDED_FLAGS.filter((flag) => !known.has(flag));
  const name = 'pi flags';
  if (missing.length === 0) {
    return { name, state: 'ok', found: `all ${NEEDED_FLAGS.length} that the runner uses` };
  }
  return {
    name,
    state: 'problem',
    found: known.size === 0 ? 'pi --help lists none' : `missing: ${missing.join(' ')}`,
    cure: `another version of pi: ${INSTALL}`,
  };
}
