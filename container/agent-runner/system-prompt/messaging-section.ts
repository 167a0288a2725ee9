import { escapeJson } from './escape-json.ts';
import { hasShell, type PromptFacts } from './prompt-facts.ts';

/** Explains how to send a message before the run ends; nothing where no shell could write and rename the file. */
export function messagingSection({ input, tools, paths }: PromptFacts): string | undefined {
  if (!hasShell(tools)) return undefined;
  return `## Messages during the run

For progress or an extra message while you work, write one JSON file:

\`\`\`json
{"type":"message","chatJid":${escapeJson(input.chatJid)},"text":"…"}
\`\`\`

Write it to \`${paths.ipcDir}/messages/<name>.json.tmp\`, then rename it to \`${paths.ipcDir}/messages/<name>.json\`. A name consists of letters, digits, dots and dashes, begins with a letter or digit, and is used once; messages go out in the order of their names. Do not send the final answer this way: it is delivered by itself, and would arrive twice.`;
}
