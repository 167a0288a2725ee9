import { stat } from 'node:fs/promises';

import type { ContainerInput } from '../../ipc-schemas/index.ts';
import type { RunnerConfig } from './config.ts';
import { findProgram } from './find-program.ts';
import type { Log } from './log.ts';
import { randomId } from './random-id.ts';
import { buildSystemPrompt } from './system-prompt/build-system-prompt.ts';
import { readWorkspaceFiles } from './system-prompt/read-workspace-files.ts';
import { workspaceFileList } from './system-prompt/workspace-files.ts';

/** What the prompt says of a run beside its input. */
export interface PromptSetting {
  readonly requestId: string;
  readonly tools: readonly string[];
  readonly delegateTool: string | undefined;
}

/** Reads the workspace files of a run and builds its system prompt; the report goes to the log, one line. */
export async function buildPrompt(
  input: ContainerInput,
  setting: PromptSetting,
  config: RunnerConfig,
  log: Log,
): Promise<string> {
  const now = new Date();
  const { timeZone, groupDir, globalDir, ipcDir, promptBudget } = config;
  const requests = workspaceFileList(input, now, timeZone);
  const [{ files, notices }, hasProject, memoryTool] = await Promise.all([
    readWorkspaceFiles(requests, { groupDir, globalDir }, promptBudget.fileMaxChars),
    isDirectory(config.projectDir),
    findProgram('memory-tool', config.inherited['PATH'] ?? ''),
  ]);
  for (const notice of notices) log.warn(notice);
  const { text, report } = buildSystemPrompt({
    input,
    ...setting,
    files,
    paths: { groupDir, projectDir: hasProject ? config.projectDir : undefined, globalDir, ipcDir },
    hasMemoryTool: memoryTool !== undefined,
    fenceId: randomId(),
    now,
    timeZone,
    budget: promptBudget,
  });
  log.info('system prompt', { ...report });
  return text;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // The project is optional.
    return false;
  }
}
