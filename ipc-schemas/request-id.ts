/** What a requestId may look like. It also names files, hence the pattern. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Makes a ULID (github.com/ulid/spec): 26 characters of Crockford's base 32, the first ten the time in
 * milliseconds, so names sort by time; the other 16 are 80 random bits.
 */
export function newRequestId(nowMs: number = Date.now()): string {
  let time = '';
  for (let rest = nowMs, digit = 0; digit < 10; digit += 1) {
    time = CROCKFORD.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(random, (byte) => CROCKFORD.charAt(byte % 32)).join('');
}
