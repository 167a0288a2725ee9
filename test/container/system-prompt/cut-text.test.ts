import { describe, expect, it } from 'vitest';

import { cutText } from '../../../container/agent-runner/system-prompt/cut-text.ts';

describe('cutText', () => {
  it('gives a text that fits as it is', () => {
    expect(cutText('abc', 3)).toEqual({ text: 'abc', shownChars: 3, isCut: false });
  });

  it('keeps within every size, and shows a prefix of whole code points', () => {
    const text = '😀a'.repeat(100);
    for (let maxChars = -3; maxChars < text.length; maxChars += 1) {
      const cut = cutText(text, maxChars);
      const shown = text.slice(0, cut.shownChars);
      const mark = `\n[… cut: ${cut.shownChars} of 300 characters shown]`;

      expect(cut).toEqual({
        text: cut.shownChars === 0 ? '' : shown + mark,
        shownChars: cut.shownChars,
        isCut: true,
      });
      expect(cut.text.length).toBeLessThanOrEqual(Math.max(0, maxChars));
      expect(shown.isWellFormed()).toBe(true);
    }
  });

  it('is empty where the mark leaves no room for a whole code point', () => {
    const mark = '\n[… cut: 2 of 80 characters shown]';

    expect(cutText('😀'.repeat(40), mark.length + 2).text).toBe('');
    expect(cutText('😀'.repeat(40), mark.length + 3).text).toBe(`😀${mark}`);
  });
});
