import { askHost } from './ask-host.ts';
import { HELP_TEXT } from './help-text.ts';
import { parseArguments } from './parse-arguments.ts';

const EXIT_FAILED = 1;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/** What the process lends to the program. */
export interface ToolEdge {
  readonly writeStdout: (text: string) => void;
  readonly writeStderr: (text: string) => void;
  readonly isTerminal: boolean;
  readonly ipcDir: string;
  readonly requestId: string;
  readonly version: string;
}

/** Does what the arguments say and gives the exit status: 0, 1 when it failed, 64 when the arguments are wrong. */
export async function runMemoryTool(
  args: readonly string[],
  edge: ToolEdge,
  signal: AbortSignal,
): Promise<number> {
  const parsed = parseArguments(args);
  switch (parsed.kind) {
    case 'help':
      edge.writeStdout(HELP_TEXT);
      return 0;
    case 'version':
      edge.writeStdout(`${edge.version}\n`);
      return 0;
    case 'wrong':
      edge.writeStderr(`memory-tool: ${parsed.problem} (see memory-tool --help)\n`);
      return EXIT_USAGE;
    case 'ask': {
      const { ipcDir, requestId } = edge;
      const answer = await askHost(
        parsed.question,
        { ipcDir, requestId, timeoutMs: parsed.timeoutMs },
        signal,
      );
      if (answer.kind === 'failed') {
        edge.writeStderr(`memory-tool: ${toOneLine(answer.problem)}\n`);
        return EXIT_FAILED;
      }
      edge.writeStdout(`${JSON.stringify(answer.result ?? null, undefined, edge.isTerminal ? 2 : 0)}\n`);
      return 0;
    }
  }
}

function toOneLine(text: string): string {
  return text.replace(/\s*[\r\n\u2028\u2029]\s*/g, ' ').replace(/[\x00-\x1f\x7f]/g, '');
}
