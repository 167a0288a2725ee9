/** A step of the fixture agent `plays`. */
export type Step =
  | { readonly event: Readonly<Record<string, unknown>> }
  | { readonly text: string; readonly times?: number; readonly fd?: 1 | 2 }
  | { readonly delayMs: number }
  | { readonly signal: string }
  | { readonly exitCode: number }
  | { readonly waits: true };

/** What a message counts, unless it says otherwise. */
const USAGE = { input: 6, output: 2, cacheRead: 4, cacheWrite: 0, totalTokens: 12 };

export const SETTLED: Step = { event: { type: 'agent_settled', aborted: false } };

export function textDelta(delta: string): Step {
  const assistantMessageEvent = { type: 'text_delta', contentIndex: 0, delta };
  return { event: { type: 'message_update', assistantMessageEvent } };
}

export function messageEnd(text: string, rest: Readonly<Record<string, unknown>> = {}): Step {
  const content = [{ type: 'text', text }];
  const message = { role: 'assistant', content, stopReason: 'stop', usage: USAGE, ...rest };
  return { event: { type: 'message_end', message } };
}

export function toolStart(toolCallId: string, toolName: string, args: unknown = {}): Step {
  return { event: { type: 'tool_execution_start', toolCallId, toolName, args } };
}

export function toolEnd(toolCallId: string, toolName: string, output = ''): Step {
  const result = { content: [{ type: 'text', text: output }] };
  return { event: { type: 'tool_execution_end', toolCallId, toolName, result, isError: false } };
}

/** A whole answer, as pi gives one. */
export function answer(text: string): Step[] {
  return [textDelta(text), messageEnd(text), { event: { type: 'agent_end', messages: [] } }, SETTLED];
}
