import type { ContainerInput } from '../../../ipc-schemas/index.ts';

/** A file of the workspace as the prompt shows it. */
export interface PromptFile {
  /** Root and name, such as group/MEMORY.md. Never text from outside: it stands in the fence line. */
  readonly label: string;
  readonly text: string;
  /** Whether the file on disk goes on after this text. */
  readonly isCut: boolean;
}

/** Limits in UTF-16 code units, what `string.length` counts. */
export interface PromptBudget {
  /** The longest text of one workspace file. */
  readonly fileMaxChars: number;
  /** The whole prompt. */
  readonly totalMaxChars: number;
  /** The longest retrieved memory. */
  readonly memoryMaxChars: number;
}

/** Absolute paths as the agent sees them. */
interface PromptPaths {
  readonly groupDir: string;
  readonly projectDir: string | undefined;
  readonly globalDir: string;
  readonly ipcDir: string;
}

/** Everything the system prompt is built from. */
export interface PromptFacts {
  readonly input: ContainerInput;
  readonly requestId: string;
  /** The tools that are really enabled, the agent's and injected ones. */
  readonly tools: readonly string[];
  /** The name of the delegate tool when it is loaded. */
  readonly delegateTool: string | undefined;
  readonly files: readonly PromptFile[];
  readonly paths: PromptPaths;
  readonly hasMemoryTool: boolean;
  /** Made afresh for each run: letters and digits that nobody outside can guess. */
  readonly fenceId: string;
  readonly now: Date;
  /** IANA name; one that is not known counts as UTC. */
  readonly timeZone: string;
  readonly budget: PromptBudget;
}

/** Whether the agent has a shell, by the name pi and claude give it: bash or Bash. */
export function hasShell(tools: readonly string[]): boolean {
  return tools.some((tool) => tool.toLowerCase() === 'bash');
}
