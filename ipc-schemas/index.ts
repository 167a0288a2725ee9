export {
  type ActionRequest,
  ActionRequestSchema,
  type ActionResult,
  ActionResultSchema,
  MEMORY_SOURCES,
  MemoryGetResultSchema,
  MemoryHitSchema,
  MemorySearchResultSchema,
} from './actions.ts';
export {
  AGENT_NAMES,
  CODING_HINTS,
  type ContainerInput,
  type ContainerInputDocument,
  ContainerInputSchema,
  ENV_NAME_PATTERN,
  EVENT_LEVELS,
  GROUP_FOLDER_PATTERN,
  MAX_INPUT_BYTES,
  MAX_PROMPT_BYTES,
  OUTPUT_NONCE_PATTERN,
  REASONING_LEVELS,
  THINK_LEVELS,
  VERBOSE_MODES,
} from './container-input.ts';
export {
  type ContainerOutput,
  ContainerOutputSchema,
  DelegationSchema,
  STOP_REASONS,
} from './container-output.ts';
export { cutForEvent, cutText } from './cut-text.ts';
export { ERROR_TABLE, type ErrorCode, ErrorCodeSchema, TurnboxError } from './error-code.ts';
export { failedOutput, type OutputFacts } from './failed-output.ts';
export { describeInputProblems, describeValue } from './input-problem.ts';
export { IPC_FILE_NAME_PATTERN, MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES } from './ipc-directories.ts';
export { type Line, LineSplitter, MAX_LINE_BYTES, type OversizedLine, readLines } from './lines.ts';
export { type IpcMessage, IpcMessageSchema } from './messages.ts';
export {
  DEFAULT_MARKER_PREFIX,
  encodeFrame,
  findOutputNonce,
  FrameDecoder,
  type FrameStep,
  type FrameStyle,
  isMarkerPrefix,
  stringifyWithoutMarkers,
} from './output-frame.ts';
export { newRequestId, REQUEST_ID_PATTERN } from './request-id.ts';
export { type RunEvent, RunEventSchema, type RunFact } from './run-event.ts';
export {
  IPC_FILE_MODE,
  publishFile,
  type PublishOptions,
  readRegularFile,
  readSpoolFile,
  type SafeRead,
  type SpoolRead,
} from './spool.ts';
export { MAX_JSON_DEPTH, parseSpoolJson, type SpoolJson } from './spool-json.ts';
export { listSpool, type SpoolEntry } from './spool-list.ts';
export { waitForFile, type WaitOptions } from './spool-wait.ts';
export { MAX_EVENT_OUTPUT_BYTES, startEventStamper } from './stamp-event.ts';
export { type Usage, UsageSchema } from './usage.ts';
