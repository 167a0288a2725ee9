import type { Conversation } from '../conversation.ts';
import type { Reply, Script, ToolCall } from '../reply.ts';
import { callTools, say, textPieces, toolCall } from '../reply.ts';

/** Scripts that call tools by fixed steps. */
export const TOOL_SCRIPTS: Readonly<Record<string, Script>> = {
  tool: oneCall(toolCall('bash', { command: 'echo one' })),
  'tool-several': severalCalls,
  'tool-sleep': oneCall(toolCall('bash', { command: 'sleep 30' })),
  'tool-fail': oneCall(toolCall('bash', { command: 'exit 3' })),
  'tool-unknown': oneCall(toolCall('no_such_tool', { question: 'anyone there?' })),
};

/** A script that makes one call and then tells what came of it. */
export function oneCall(call: ToolCall): Script {
  return ({ toolResults }) => {
    const last = toolResults.at(-1);
    return last === undefined ? callTools([call]) : say(`The tool said: ${last.text.trimEnd()}`);
  };
}

/** Two calls in one answer, then a third, then text. */
function severalCalls({ toolResults }: Conversation): Reply {
  if (toolResults.length === 0) {
    const calls = [toolCall('bash', { command: 'echo one' }), toolCall('read', { path: 'README.md' })];
    return callTools([...textPieces('Two things at once.'), ...calls]);
  }
  if (toolResults.length < 3) {
    const content = toolResults
      .map((result) => `${result.name}: ${result.text.length} characters\n`)
      .join('');
    return callTools([toolCall('write', { path: 'result.txt', content })]);
  }
  return say(
    `Done with ${toolResults.length} tool calls: ${toolResults.map((result) => result.name).join(', ')}.`,
  );
}
