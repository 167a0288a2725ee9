const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Blocks that terminals show two cells wide (Unicode, East Asian Width W and F) and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{17000}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;

const INVISIBLE = /^[\p{Mark}\p{Cf}\u115f\u1160]+$/u;

/** Cells that a text without control characters takes in a terminal. */
export function widthOf(text: string): number {
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) cells += widthOfGrapheme(segment);
  return cells;
}

/** Cuts a text to a width in cells; what was cut shows as the ellipsis, where there is room for it. */
export function cutToWidth(text: string, maxCells: number, ellipsis: string): string {
  if (widthOf(text) <= maxCells) return text;
  const room = maxCells - widthOf(ellipsis);
  if (room < 0) return '';
  let cells = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    cells += widthOfGrapheme(segment);
    if (cells > room) break;
    kept += segment;
  }
  return `${kept}${ellipsis}`;
}

/** Breaks a line into lines of at most `maxCells` cells: between words, and within one that is longer than a line. */
export function wrapToWidth(line: string, maxCells: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const [piece] of line.matchAll(/\s*\S+/g)) {
    const word = piece.trimStart();
    if (widthOf(current + piece) <= maxCells) current += piece;
    else if (widthOf(word) <= maxCells) {
      if (current !== '') lines.push(current);
      current = word;
    } else {
      for (const { segment } of graphemes.segment(piece)) {
        if (current !== '' && widthOf(current + segment) > maxCells) {
          lines.push(current);
          current = '';
        }
        current += segment;
      }
    }
  }
  return [...lines, current];
}

function widthOfGrapheme(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
