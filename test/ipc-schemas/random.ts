/** Gives whole numbers from 0 to below the argument, the same ones for the same seed (mulberry32). */
export function startRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Text of up to `maxLength` entries of an alphabet. */
export function randomText(
  random: (below: number) => number,
  alphabet: readonly string[],
  maxLength: number,
): string {
  return Array.from({ length: random(maxLength + 1) }, () => alphabet[random(alphabet.length)]).join('');
}
