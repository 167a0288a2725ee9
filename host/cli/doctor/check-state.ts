import { type Environment, type HostConfig, readHostConfig } from '../../config.ts';
import { createLocalRuntime } from '../../runtimes/local.ts';
import { listGroupsWithProviders } from '../agent-logins.ts';
import { listPresentKeys } from '../provider-keys.ts';
import type { Finding } from './finding.ts';

const NEEDED_NODE_MAJOR = 24;

/** Judges a version such as 24.21.0. */
export function judgeNode(version: string): Finding {
  const name = 'Node.js';
  if (Number.parseInt(version, 10) >= NEEDED_NODE_MAJOR) return { name, state: 'ok', found: version };
  const cure = `install Node.js ${NEEDED_NODE_MAJOR} or later`;
  return { name, state: 'problem', found: `${version}, too old`, cure };
}

/** Lists the runs of this data directory that are under way. */
export async function checkLiveRuns(config: HostConfig): Promise<Finding> {
  const labels = await createLocalRuntime(config).list(config.dataDir);
  const ids = new Map(labels.map((label) => [label.runId, label.group]));
  const found = ids.size === 0 ? 'none' : [...ids].map(([runId, group]) => `${group} (${runId})`).join(', ');
  return { name: 'live runs', state: 'ok', found };
}

/** Tells which credentials there are, by name: in the environment, and groups that pi is logged in for. */
export async function checkKeys(env: Environment, dataDir: string): Promise<Finding> {
  return judgeKeys(listPresentKeys(env), await listGroupsWithProviders(dataDir));
}

export function judgeKeys(names: readonly string[], groups: readonly string[]): Finding {
  const parts = [
    ...(names.length === 0 ? [] : [names.join(', ')]),
    ...(groups.length === 0
      ? []
      : [`pi's own for ${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}`]),
  ];
  const name = 'provider keys';
  if (parts.length > 0) return { name, state: 'ok', found: parts.join('; ') };
  return {
    name,
    state: 'warning',
    found: 'none in the environment, no login: only --offline works',
    cure: 'export ANTHROPIC_API_KEY=... (or that of another provider)',
  };
}

/** Reads the settings of the host, or tells why they can't be: the runner's bundle is not built. */
export function readConfigOrFinding(env: Environment, dataDir: string | undefined): HostConfig | Finding {
  try {
    return readHostConfig(env, dataDir);
  } catch (error) {
    return { name: 'runner bundle', state: 'problem', found: String(error), cure: 'npm run build' };
  }
}
