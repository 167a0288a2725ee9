import type { Environment } from '../../config.ts';
import { askProgram, type ProgramAnswer } from './ask-program.ts';
import type { Finding } from './finding.ts';

/** Finds a container engine that answers. Without one runs are not isolated, which is a warning. */
export async function checkEngine(env: Environment): Promise<Finding> {
  return judgeEngine(await askProgram('docker', ['version', '--format', '{{.Server.Version}}'], env));
}

export function judgeEngine(answer: ProgramAnswer): Finding {
  const name = 'container engine';
  const without = 'runs are not isolated from this machine';
  switch (answer.kind) {
    case 'answered':
      return {
        name,
        state: 'ok',
        found: `docker ${answer.text.trim()}; --runtime docker is not available yet: ${without}`,
      };
    case 'absent':
      return { name, state: 'warning', found: `docker is not installed: ${without}`, cure: 'install docker' };
    case 'failed':
      return {
        name,
        state: 'warning',
        found: `docker does not answer: ${without}`,
        cure: `start its daemon (it said: ${answer.reason})`,
      };
  }
}
