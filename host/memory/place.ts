/** Where a passage stands: its track, and its place among the passages of that. */
export interface Place {
  readonly track: number;
  readonly position: number;
}

/** More passages than a document of 5 MiB can have. */
const MAX_POSITIONS = 2 ** 22;

/** Gives a number that no other place has, to look places up by. */
export function placeKey({ track, position }: Place): number {
  return track * MAX_POSITIONS + position;
}
