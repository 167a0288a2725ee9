import { localDate } from './local-date.ts';
import type { PromptFacts } from './prompt-facts.ts';

/** Says which directories there are, what may be written, and what outlives the run. */
export function workspaceSection({ paths, now, timeZone }: PromptFacts): string {
  const project =
    paths.projectDir === undefined
      ? ''
      : `\n- Project directory: \`${paths.projectDir}\`. The repository to work on when the request is about the project.`;
  return `## Workspace

- Group directory: \`${paths.groupDir}\`. Your working directory; writable, and it stays after the run.
- Memory: \`MEMORY.md\` and \`memory/*.md\` in the group directory are durable. What must be remembered has to be written there: lasting facts and preferences into \`MEMORY.md\`, events of a day into \`memory/YYYY-MM-DD.md\` (today \`memory/${localDate(now, timeZone)}.md\`).${project}
- Global directory: \`${paths.globalDir}\`. Shared by all groups, read-only.
- IPC directory: \`${paths.ipcDir}\`. Files here are messages to the host; put nothing else there.

Files anywhere else are gone after the run.`;
}
