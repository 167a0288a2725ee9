import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const DIRECTORY = 'dist';

/** The one-file bundles that run inside the container: no node_modules there, and a start in half the time. */
export default defineConfig([
  bundle('agent-runner', 'container/agent-runner/main.ts'),
  program('memory-tool', 'container/agent-runner/memory-tool/main.ts'),
]);

/** A bundle of its own, not one of several entries: those would share files. */
function bundle(name: string, entry: string, plugins: Plugin[] = [], banner = ''): RolldownOptions {
  return {
    input: { [name]: entry },
    platform: 'node',
    treeshake: { moduleSideEffects: false, manualPureFunctions: ['z'] },
    plugins,
    output: {
      dir: DIRECTORY,
      format: 'esm',
      entryFileNames: '[name].mjs',
      banner,
      minify: { mangle: false, compress: false },
    },
  };
}

/** A bundle that is called as a program: also as `bin/<name>`, a directory for the PATH of agents. */
function program(name: string, entry: string): RolldownOptions {
  const makeProgram: Plugin = {
    name: 'make-program',
    writeBundle: () => {
      mkdirSync(join(DIRECTORY, 'bin'), { recursive: true });
      copyFileSync(join(DIRECTORY, `${name}.mjs`), join(DIRECTORY, 'bin', name));
      chmodSync(join(DIRECTORY, `${name}.mjs`), 0o755);
      chmodSync(join(DIRECTORY, 'bin', name), 0o755);
    },
  };
  return bundle(name, entry, [makeProgram], '#!/usr/bin/env node');
}
