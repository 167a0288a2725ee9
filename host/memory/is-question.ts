const SENTENCE_END = /(?<=[.!?…]["'”)]?\s)|(?<=[。\uff01\uff1f])/u;
const ENDS_IN_QUESTION = /[?\uff1f]["'”)]?\s*$/u;

/** Whether more than half of a text is questions, which seldom answer one. */
export function isQuestion(text: string): boolean {
  if (!/[?\uff1f]/u.test(text)) return false;
  const asked = text.split(SENTENCE_END).filter((sentence) => ENDS_IN_QUESTION.test(sentence));
  return asked.join('').length > text.length / 2;
}
