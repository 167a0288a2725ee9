const REDACTED = '[redacted]';

/** Shorter values would also be found where they are no secret. */
const MIN_SECRET_CHARS = 8;

/** Replaces secrets in all that leaves the runner. */
export interface Redactor {
  readonly text: (text: string) => string;
  /** A JSON value with every string in it redacted, keys too. */
  readonly value: (value: unknown) => unknown;
  /** For text that comes in pieces: what the pieces give joined equals the redacted whole. */
  readonly startStream: () => RedactedStream;
}

export interface RedactedStream {
  /** Gives what can no longer become part of a secret, or of a surrogate pair. */
  push(piece: string): string;
  /** Gives what was held back. */
  end(): string;
}

/**
 * Makes a redactor for the values of `secrets` and for each line of a value of many, as tools print a key line
 * by line: those of 8 characters or more, as they are and as they stand inside a JSON string. Of two that
 * begin at one place the longer is taken.
 */
export function createRedactor(values: readonly string[]): Redactor {
  const secrets = [
    ...new Set(
      values
        .flatMap((value) => [value, ...linesOf(value)])
        .filter((secret) => secret.length >= MIN_SECRET_CHARS)
        .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]),
    ),
  ].sort((a, b) => b.length - a.length);
  const redactText = (text: string): string => replaceSecrets(text, secrets);
  const redactValue = (value: unknown): unknown => {
    if (typeof value === 'string') return redactText(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [redactText(key), redactValue(part)]),
    );
  };
  return {
    text: redactText,
    value: secrets.length === 0 ? (value) => value : redactValue,
    startStream: () => startStream(secrets),
  };
}

/** The lines of a value of many, without the white space around them: an indentation alone is no secret. */
function linesOf(value: string): string[] {
  return value.includes('\n') ? value.split('\n').map((line) => line.trim()) : [];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the secrets of a text from left to right, none over another; the longest must come first.
 *
 * No regular expression: one of all secrets can be too large, and the error then quotes them.
 */
function* findSecrets(text: string, secrets: readonly string[]): Generator<Span, void, undefined> {
  let ahead = secrets.map((secret) => ({ secret, start: text.indexOf(secret) }));
  for (let from = 0; ;) {
    ahead = ahead
      .map((next) =>
        next.start === -1 || next.start >= from ? next : { ...next, start: text.indexOf(next.secret, from) },
      )
      .filter((next) => next.start !== -1);
    const [first, ...others] = ahead;
    if (first === undefined) return;
    const nearest = others.reduce((best, next) => (next.start < best.start ? next : best), first);
    from = nearest.start + nearest.secret.length;
    yield { start: nearest.start, end: from };
  }
}

function replaceSecrets(text: string, secrets: readonly string[]): string {
  let redacted = '';
  let from = 0;
  for (const { start, end } of findSecrets(text, secrets)) {
    redacted += text.slice(from, start) + REDACTED;
    from = end;
  }
  return from === 0 ? text : redacted + text.slice(from);
}

function startStream(secrets: readonly string[]): RedactedStream {
  let held = '';
  const redact = (text: string): string => replaceSecrets(text, secrets).toWellFormed();
  return {
    push(piece) {
      const text = held + piece;
      const safe = safeLength(text, secrets);
      held = text.slice(safe);
      return redact(text.slice(0, safe));
    },
    end() {
      const text = held;
      held = '';
      return redact(text);
    },
  };
}

/**
 * How much of the text may be redacted by itself: the rest may be the beginning of a secret that goes on,
 * or half of a surrogate pair.
 */
function safeLength(text: string, secrets: readonly string[]): number {
  const longest = secrets[0]?.length ?? 0;
  const firstOpen = Math.max(0, text.length - Math.max(0, longest - 1));
  let at = Math.max(firstOpen, endOfLastSecretBefore(text, secrets, firstOpen));
  while (at < text.length) {
    const rest = text.slice(at);
    if (secrets.some((secret) => secret.length > rest.length && secret.startsWith(rest))) return at;
    at += secrets.find((secret) => rest.startsWith(secret))?.length ?? 1;
  }
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
}

/** The end of the last secret that begins before `limit`: no later text can change which those are. */
function endOfLastSecretBefore(text: string, secrets: readonly string[], limit: number): number {
  if (limit === 0) return 0;
  let end = 0;
  for (const span of findSecrets(text, secrets)) {
    if (span.start >= limit) break;
    end = span.end;
  }
  return end;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
