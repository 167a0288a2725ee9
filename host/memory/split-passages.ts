import { cutText } from '../../ipc-schemas/index.ts';
import { type Block, readBlocks } from './read-blocks.ts';
import { readSpeaker } from './read-speaker.ts';
import { type Piece, splitBlock } from './split-block.ts';

const MAX_TITLE_LENGTH = 200;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/u;
const DATE =
  /\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]|\d{1,2}(?:st|nd|rd|th|\.)?(?: of)? \p{L}{3,9}\.?,? \d{4}|\p{L}{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}/u;
const MAX_DATE_LINE_LENGTH = 60;

/** A paragraph, a turn of a chat, a list item, or a piece of one that is long. */
export interface Passage extends Piece {
  /** The headings it stands under, the outermost first; empty where there is none. */
  readonly title: string;
  /** Who says it, where it begins as a turn of a chat does; else empty. */
  readonly speaker: string;
}

interface Heading {
  readonly level: number;
  readonly text: string;
}

/**
 * Splits a Markdown document into sections, each the passages between two headings of the first or second level.
 *
 * Total: any text is a document. Each line that is not blank is in a passage, word for word, but for headings that
 * open a section: they are in the titles, and a passage only where nothing stands under them.
 */
export function splitPassages(text: string): Passage[][] {
  const sections: { opening?: Block; passages: Passage[] }[] = [{ passages: [] }];
  let headings: Heading[] = [];
  for (const block of readBlocks(text)) {
    const heading = readHeading(block);
    if (heading !== undefined) {
      if (heading.level <= 2) {
        closeSection(sections.at(-1), joinTitle(headings));
        sections.push({ opening: block, passages: [] });
      }
      headings = [...headings.filter(({ level }) => level < heading.level), heading];
    }
    if (heading === undefined || heading.level > 2)
      sections.at(-1)?.passages.push(...toPassages(block, joinTitle(headings)));
  }
  closeSection(sections.at(-1), joinTitle(headings));
  return sections.map(({ passages }) => passages).filter((passages) => passages.length > 0);
}

function closeSection(section: { opening?: Block; passages: Passage[] } | undefined, title: string): void {
  if (section?.opening === undefined || section.passages.length > 0) return;
  section.passages.push(...toPassages(section.opening, title));
}

/** A heading, or a line of its own with a date, as chat logs have them. */
function readHeading({ lines }: Block): Heading | undefined {
  const [line = ''] = lines;
  if (lines.length > 1) return undefined;
  const [, marks, text = ''] = HEADING.exec(line) ?? [];
  if (marks !== undefined)
    return { level: marks.length, text: cutText(text.replace(/\s#+\s*$/u, '').trim(), MAX_TITLE_LENGTH) };
  if (line.length > MAX_DATE_LINE_LENGTH || !DATE.test(line) || /[.!?。]\s*$/u.test(line)) return undefined;
  return { level: 3, text: line.replace(/^[\s*_>-]+|[\s*_]+$/gu, '') };
}

/** The innermost heading always, and those around it for as long as there is room. */
function joinTitle(headings: readonly Heading[]): string {
  let title = '';
  for (const { text } of headings.toReversed()) {
    const longer = [text, title].filter((part) => part !== '').join(' › ');
    if (longer.length <= MAX_TITLE_LENGTH) title = longer;
  }
  return title;
}

function toPassages(block: Block, title: string): Passage[] {
  const speaker = readSpeaker(block.lines[0] ?? '');
  return splitBlock(block).map((piece) => ({ ...piece, title, speaker }));
}
