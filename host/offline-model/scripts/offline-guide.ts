import { type Conversation, lastUserText } from '../conversation.ts';
import type { Answer, ToolCall } from '../reply.ts';
import { callTools, say, textPieces, toolCall, toWords } from '../reply.ts';
import { noteOf } from './offline-note.ts';
import { describeListing, LISTING_COMMAND, quote } from './offline-quotes.ts';

const WORD_DELAY_MS = 15;
const QUOTED_MESSAGES = 10;

const ASKS_TO_WRITE = /\b(?:write|save)\b/i;
const ASKS_ABOUT_EARLIER =
  /\b(?:before|earlier|again|previous(?:ly)?|remember|first (?:message|question|thing)|(?:ask(?:ed)?|sa(?:y|id)) first)\b/i;

const ABOUT = [
  'I am an offline script: no model, no key, no network. For a real model, give a provider and its key.',
  'Ask me what is in this folder, to save a note to a file, or what you asked before.',
].join('\n');

/**
 * The default script: it answers about the last message and really calls tools, without a model.
 *
 * It keeps nothing: whether a tool has been called already shows in the conversation.
 */
export function offlineGuide(conversation: Conversation): Answer {
  switch (topicOf(lastUserText(conversation))) {
    case 'earlier':
      return speak(tellEarlier(conversation));
    case 'note':
      return saveNote(conversation);
    case 'folder':
      return lookAround(conversation);
  }
}

function topicOf(message: string): 'earlier' | 'note' | 'folder' {
  const isQuestion = message.includes('?');
  if (ASKS_ABOUT_EARLIER.test(message) && (isQuestion || !ASKS_TO_WRITE.test(message))) return 'earlier';
  return ASKS_TO_WRITE.test(message) ? 'note' : 'folder';
}

function tellEarlier({ userTexts }: Conversation): string {
  const earlier = userTexts.slice(0, -1).map((text, index) => `${index + 1}. ${quote(text)}`);
  if (earlier.length === 0)
    return `There is no earlier message in this session: yours is the first.\n\n${ABOUT}`;
  // The first one is always shown: it is the one that is asked for most.
  const shown =
    earlier.length <= QUOTED_MESSAGES ? earlier : [earlier[0], '…', ...earlier.slice(1 - QUOTED_MESSAGES)];
  const intro = earlier.length === 1 ? 'one message' : `${earlier.length} messages`;
  return `Before this one you sent ${intro} in this session:\n${shown.join('\n')}`;
}

function saveNote(conversation: Conversation): Answer {
  const message = lastUserText(conversation);
  const { path, content } = noteOf(message);
  const result = conversation.toolResults.at(-1);
  if (result !== undefined) {
    return speak(
      `You asked: ${quote(message)}\nThe note is for \`${path}\`. The write tool said: ${quote(result.text)}`,
    );
  }
  return useTool(conversation, `I will save that to \`${path}\`.`, toolCall('write', { path, content }));
}

function lookAround(conversation: Conversation): Answer {
  const result = conversation.toolResults.at(-1);
  if (result === undefined) {
    return useTool(conversation, 'Let me look around first.', toolCall('bash', { command: LISTING_COMMAND }));
  }
  return speak(
    `You asked: ${quote(lastUserText(conversation))}\n${describeListing(result.text)}\n\n${ABOUT}`,
  );
}

function useTool(conversation: Conversation, intro: string, call: ToolCall): Answer {
  if (conversation.toolNames.has(call.name)) {
    return callTools([...textPieces(toWords(intro)), call], WORD_DELAY_MS);
  }
  const asked = quote(lastUserText(conversation));
  return speak(
    `You asked: ${asked}\nI would use the \`${call.name}\` tool, but this run does not offer it.\n\n${ABOUT}`,
  );
}

function speak(text: string): Answer {
  return say(toWords(text), WORD_DELAY_MS);
}
