import { closeSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Plays a hostile agent: requests that say nothing, names that no reader takes, and links, as fast as it can. */
const [ipcDir = '', count = '0'] = process.argv.slice(2);
const make = (leaf: string, name: string): void => closeSync(openSync(join(ipcDir, leaf, name), 'w'));
for (let index = 0; index < Number(count); index += 10) {
  for (let step = 0; step < 6; step += 1) make('actions', `hostile-${index}-${step}.json`);
  make('actions', `hostile-${index}.tmp`);
  make('actions', `no legal name ${index}`);
  make('messages', `hostile-${index}.json`);
  symlinkSync('/etc/passwd', join(ipcDir, 'messages', `link-${index}.json`));
}
