/** What files in the IPC directories may be called: everything else is unfinished work or hostile. */
export const IPC_FILE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.json$/;

/** The largest request file, in bytes. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

/** The largest message file, in bytes. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
