import type { CliIo } from '../cli-io.ts';
import { EXIT } from '../exit-code.ts';
import { toTerminalJson } from '../plain-text.ts';
import { checkDataDir } from './check-data-dir.ts';
import { checkEngine } from './check-engine.ts';
import { checkPi } from './check-pi.ts';
import { checkQuarantine } from './check-quarantine.ts';
import { checkSearchTools } from './check-search-tools.ts';
import { checkKeys, checkLiveRuns, judgeNode, readConfigOrFinding } from './check-state.ts';
import type { DoctorFlags } from './doctor-options.ts';
import { type Finding, hasProblem, renderFindings } from './finding.ts';

/** Runs `turnbox doctor` and gives its exit code. */
export async function doctorCommand(flags: DoctorFlags, io: CliIo): Promise<number> {
  const findings = await examine(flags, io);
  const isWell = !hasProblem(findings);
  const text =
    flags.json === true
      ? toTerminalJson(JSON.stringify({ ok: isWell, findings }, null, 2))
      : renderFindings(findings, io.stdout.style);
  await io.stdout.write(`${text}\n`);
  return isWell ? EXIT.success : EXIT.failed;
}

async function examine(flags: DoctorFlags, io: CliIo): Promise<Finding[]> {
  const node = judgeNode(io.nodeVersion);
  const config = readConfigOrFinding(io.env, flags.dataDir);
  // Where the bundle is missing the other settings are unknown too.
  if ('state' in config) return [node, config, await checkEngine(io.env)];
  const checks = await Promise.all([
    checkPi(config),
    checkSearchTools(config),
    checkEngine(io.env),
    checkDataDir(config.dataDir),
    checkLiveRuns(config),
    checkKeys(io.env, config.dataDir),
  ]);
  const bundle: Finding = { name: 'runner bundle', state: 'ok', found: config.runnerFile };
  return [node, bundle, ...checks.flat(), checkQuarantine(config.dataDir)];
}
