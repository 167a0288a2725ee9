import { join } from 'node:path';

import packageFacts from '../../../package.json' with { type: 'json' };
import { runMemoryTool } from './run-memory-tool.ts';

/** The process edge of memory-tool: arguments, environment, signals, output and the exit status. */
async function main(): Promise<void> {
  const { argv, env, pid, stderr, stdout } = process;
  const cancelling = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => cancelling.abort());
  const edge = {
    writeStdout: (text: string) => void stdout.on('error', () => undefined).write(text),
    writeStderr: (text: string) => void stderr.write(text),
    isTerminal: stdout.isTTY,
    ipcDir: env['TURNBOX_IPC_DIR'] || join(env['TURNBOX_WORKSPACE_DIR'] || '/workspace', 'ipc'),
    requestId: newToolRequestId(pid),
    version: packageFacts.version,
  };
  process.exitCode = await runMemoryTool(argv.slice(2), edge, cancelling.signal);
}

/** Unique in a run, and cheap: a ULID needs the crypto module, a tenth of the whole start. */
function newToolRequestId(pid: number): string {
  return `memory-${Date.now()}-${pid}-${Math.random().toString(36).slice(2)}`;
}

await main();
