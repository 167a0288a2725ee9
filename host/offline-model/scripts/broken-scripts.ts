import type { Script } from '../reply.ts';
import { textPieces, toWords } from '../reply.ts';

const BROKEN_OFF = textPieces(toWords('This answer breaks off here'));

/** Scripts whose answer never comes to an end. */
export const BROKEN_SCRIPTS: Readonly<Record<string, Script>> = {
  stall: () => ({ type: 'stall' }),
  cut: () => ({ type: 'cut', pieces: BROKEN_OFF }),
  'end-without-finish': () => ({ type: 'unfinished', pieces: BROKEN_OFF }),
};
