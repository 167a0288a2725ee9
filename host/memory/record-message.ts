import { cutText, TurnboxError } from '../../ipc-schemas/index.ts';
import { requireGroup } from './memory-root.ts';
import type { StoreKeeper } from './store-keeper.ts';

/** Something said in a chat. */
export interface ChatRecord {
  readonly groupFolder: string;
  readonly chatJid: string;
  readonly senderName: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** What is kept of a message; a longer one is a document. */
const MAX_TEXT_LENGTH = 256 * 1024;
const MAX_NAME_LENGTH = 200;

/**
 * Records a message; it is found by searches from then on. Messages without text are not recorded.
 *
 * Throws INPUT_INVALID for a time that is none, INTERNAL where the database cannot be written.
 */
export function recordMessage(keeper: StoreKeeper, record: ChatRecord): void {
  requireGroup(record.groupFolder);
  const time = new Date(record.timestamp);
  if (Number.isNaN(time.getTime()))
    throw new TurnboxError('INPUT_INVALID', 'timestamp: expected a time in ISO 8601');
  const text = cutText(record.text.replaceAll('\0', ' '), MAX_TEXT_LENGTH);
  if (text.trim() === '') return;
  try {
    keeper.reconsider();
    keeper.use((store) => {
      if (keeper.kind !== 'durable') throw new Error('the database cannot be written');
      store.run(
        `INSERT INTO memory_messages (group_folder, chat_jid, sender_name, role, text, timestamp)
          VALUES (?, ?, ?, ?, ?, ?)`,
        record.groupFolder,
        record.chatJid,
        cutText(record.senderName, MAX_NAME_LENGTH),
        record.role,
        text,
        time.toISOString(),
      );
    });
  } catch (error) {
    throw new TurnboxError('INTERNAL', 'the message could not be recorded in the memory database', {
      cause: error,
    });
  }
}
