/** A duration that ticks: `3.2 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatElapsed(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1000);
  if (seconds < 60) return `${(Math.floor(durationMs / 100) / 10).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} min`;
}

/** A duration that is over; below a second in milliseconds. */
export function formatDuration(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : formatElapsed(durationMs);
}

/** `1 token`, `1,234 tokens`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** US dollars; small amounts with more digits, since most runs cost cents. */
export function formatCost(costUsd: number): string {
  return `$${costUsd.toFixed(costUsd < 1 ? 4 : 2)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
