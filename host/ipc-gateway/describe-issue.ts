import type { z } from 'zod';

import { describeValue } from '../../ipc-schemas/index.ts';

/** Says the first thing that is wrong with a document of the protocol, in the words of its schema. */
export function describeIssue(error: z.ZodError, value: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined || issue.path.length === 0) {
    return `expected an object that the protocol knows, found ${describeValue(value)}`;
  }
  return `${issue.path.map(String).join('.')}: ${issue.message}`;
}
