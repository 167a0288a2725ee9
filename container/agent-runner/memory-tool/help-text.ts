export const HELP_TEXT = `Asks the host for what is remembered: memory documents and what was said in chats.

Usage:
  memory-tool search --query WORDS [--top-k N] [--sources memory|sessions|all] [--group G] [--timeout-ms N]
  memory-tool get [--path P] [--group G] [--lines A:B] [--timeout-ms N]

Options:
  --query WORDS      plain words to look for
  --top-k N          how many hits at most, 1 to 100
  --sources S        memory documents, sessions (what was said in chats), or all
  --group G          another group's memory; only the main chat may ask for it
  --path P           a memory document, such as memory/people.md; MEMORY.md by default
  --lines A:B        only these lines, from 1, the last included
  --timeout-ms N     how long to wait for the host; 20000 by default
  --help, --version

Prints JSON: {"hits":[…]} or {"document":{…}}. Exit status 0, 1 when it failed, 64 when called wrongly.
`;
