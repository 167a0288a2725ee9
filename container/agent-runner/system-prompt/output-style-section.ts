/** Says what a chat answer looks like. */
export function outputStyleSection(): string {
  return `## Answer

- The answer is a chat message: short paragraphs, plain language, no headings unless it needs them.
- Put code, commands and file contents into code fences.
- If you changed files, say which.
- Answer in the language of the user's message.`;
}
