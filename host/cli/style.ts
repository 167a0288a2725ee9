import { styleText } from 'node:util';

import type { Environment } from '../config.ts';

type Paint = (text: string) => string;

/** How text stands out; each is the text itself where there are no colours. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly warning: Paint;
  readonly bad: Paint;
}

const asItIs: Paint = (text) => text;

const PLAIN: Style = { bold: asItIs, dim: asItIs, good: asItIs, warning: asItIs, bad: asItIs };

const COLOURED: Style = {
  bold: paint('bold'),
  dim: paint('dim'),
  good: paint('green'),
  warning: paint(['bold', 'yellow']),
  bad: paint(['bold', 'red']),
};

/** Colours are for terminals, unless NO_COLOR is set (no-color.org) or the terminal is a dumb one. */
export function pickStyle(isTerminal: boolean, env: Environment): Style {
  const hasColours = isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return hasColours ? COLOURED : PLAIN;
}

function paint(format: Parameters<typeof styleText>[0]): Paint {
  // Whether there are colours is decided above, for the stream that is really written to.
  return (text) => styleText(format, text, { validateStream: false });
}
