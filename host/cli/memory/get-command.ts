import { TurnboxError } from '../../../ipc-schemas/index.ts';
import { type DocumentRequest, type FoundDocument, getDocument } from '../../memory/get-document.ts';
import { findMemoryRoot } from '../../memory/memory-root.ts';
import type { CliIo, OutputSink } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { toTerminalText } from '../plain-text.ts';
import { findDataDir } from './find-data-dir.ts';
import type { GetFlags } from './memory-options.ts';
import { tellFailure } from './tell-failure.ts';
import { renderJson, tellNotices, writeResult } from './write-result.ts';

/** Runs `turnbox memory get` and gives its exit code. */
export async function getCommand(path: string, flags: GetFlags, io: CliIo): Promise<number> {
  const { group: groupFolder, lines } = flags;
  const dataDir = await findDataDir(groupFolder, flags, io);
  if (dataDir === undefined) return EXIT.failed;
  const found = await tryGet(dataDir, { groupFolder, path, ...lines });
  if (found instanceof TurnboxError) return tellFailure(found.message, io.stderr);
  const { document, notice } = found;
  await tellNotices(notice === undefined ? [] : [notice], io.stderr);
  const text =
    flags.json === true ? renderJson({ document }, io.stdout) : renderContent(document.content, io.stdout);
  return writeResult(text, io);
}

/** Lines and group are right by now, so that what is wrong is the document: not how the command was called. */
async function tryGet(dataDir: string, request: DocumentRequest): Promise<FoundDocument | TurnboxError> {
  try {
    // Not by way of openMemory, which makes a database where there is none.
    return await getDocument(findMemoryRoot(dataDir, request.groupFolder), request);
  } catch (error) {
    if (error instanceof TurnboxError && error.code === 'INPUT_INVALID') return error;
    throw error;
  }
}

/** A pipe gets the lines exactly, a terminal without what it would obey. */
function renderContent(content: string, { isTerminal }: OutputSink): string {
  const text = isTerminal ? toTerminalText(content) : content;
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
