import type { ContainerInput } from '../../../ipc-schemas/index.ts';
import type { AgentAdapter } from './agent.ts';
import { piAdapter } from './pi.ts';

const ADAPTERS: Partial<Record<ContainerInput['agent'], AgentAdapter>> = { pi: piAdapter };

/** The adapter of an agent; undefined for one that this runner does not run. */
export function findAdapter(name: ContainerInput['agent']): AgentAdapter | undefined {
  return ADAPTERS[name];
}

/** The agents that this runner runs. */
export function runnableAgents(): string[] {
  return Object.keys(ADAPTERS);
}
