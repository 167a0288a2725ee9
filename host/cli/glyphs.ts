import type { Environment } from '../config.ts';

/** The few signs beside letters that the screen uses. */
export interface Glyphs {
  readonly spinner: readonly string[];
  readonly separator: string;
  readonly ellipsis: string;
  readonly done: string;
  readonly failed: string;
}

const UNICODE: Glyphs = {
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  separator: ' · ',
  ellipsis: '…',
  done: '✓',
  failed: '✗',
};

const ASCII: Glyphs = {
  spinner: ['|', '/', '-', '\\'],
  separator: ' | ',
  ellipsis: '...',
  done: '+',
  failed: 'x',
};

/** Picks signs that the terminal can show: plain ASCII unless the locale says UTF-8. */
export function pickGlyphs(env: Environment): Glyphs {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) ? UNICODE : ASCII;
}
