import { type Conversation, lastUserText } from '../conversation.ts';
import type { Reply, Script } from '../reply.ts';
import { callTools, say, toolCall } from '../reply.ts';

/** Scripts that use what Turnbox gives an agent: memory and messages. */
export const MEMORY_SCRIPTS: Readonly<Record<string, Script>> = {
  'memory-search': searchMemory,
  'memory-get': getMemory,
  'message-first': sendMessage,
};

/** Looks for the user's words in memory and answers with the best passage. */
function searchMemory(conversation: Conversation): Reply {
  const query = quoteForShell(lastUserText(conversation));
  return answerFrom(conversation, `memory-tool search --query ${query} --top-k 3`, (answer) => {
    const { hits } = answer as { hits: { path?: string; snippet: string }[] };
    const [best] = hits;
    return best === undefined
      ? 'Memory holds nothing about that.'
      : `Memory says (${best.path ?? 'chat'}): ${best.snippet}`;
  });
}

/** Reads MEMORY.md through the tool and answers with it. */
function getMemory(conversation: Conversation): Reply {
  return answerFrom(conversation, 'memory-tool get --path MEMORY.md', (answer) => {
    const { document } = answer as { document: { content: string } };
    return `MEMORY.md says: ${document.content}`;
  });
}

/** Sends a message while it works, as the system prompt says, and then answers. */
function sendMessage(conversation: Conversation): Reply {
  const json = 'printf \'{"type":"message","chatJid":"%s","text":"half way"}\' "$TURNBOX_CHAT_JID"';
  const file = '"$TURNBOX_IPC_DIR/messages/half-way.json';
  const command = `${json} > ${file}.tmp" && mv ${file}.tmp" ${file}"`;
  if (conversation.toolResults.length === 0) return callTools([toolCall('bash', { command })]);
  return say('All the way.');
}

/** Runs a command and answers from the JSON that it printed, or says what it printed instead. */
function answerFrom(conversation: Conversation, command: string, tell: (answer: unknown) => string): Reply {
  const result = conversation.toolResults.at(-1);
  if (result === undefined) return callTools([toolCall('bash', { command })]);
  try {
    return say(tell(JSON.parse(result.text)));
  } catch {
    // The tool's own words say what went wrong.
    return say(`The tool said: ${result.text.trimEnd()}`);
  }
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
