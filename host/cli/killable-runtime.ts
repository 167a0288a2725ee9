import type { Runtime } from '../runtimes/runtime.ts';

/** A runtime whose runs end at once when the signal is aborted, without being asked to stop. */
export function killableRuntime(runtime: Runtime, signal: AbortSignal): Runtime {
  return {
    name: runtime.name,
    warning: runtime.warning,
    start: (spec) => {
      const run = runtime.start(spec);
      const kill = (): void => run.kill();
      signal.addEventListener('abort', kill, { once: true });
      if (signal.aborted) kill();
      return run;
    },
    list: (install) => runtime.list(install),
  };
}
