import { readdirSync, readFileSync } from 'node:fs';

/** How the processes of one run are told: by descent, or by variables that they all inherit. */
export interface ProcessMark {
  readonly rootPid: number;
  /** When the root was started, in the kernel's ticks: nothing older is one of them. */
  readonly rootStartTicks: number;
  /** `NAME=value` entries that all stand in the environment of each of them. */
  readonly entries: readonly string[];
  /** Never one of them, whatever their environment says. */
  readonly exceptPid: number;
}

interface ProcessFacts {
  readonly parentPid: number;
  readonly startTicks: number;
}

/**
 * Finds the living processes of a run: descendants of its root, and those that left its tree (a daemon, a
 * `setsid` child) but still bear its variables. Reads `/proc`; gives nothing on systems without it.
 */
export function findProcesses(mark: ProcessMark): number[] {
  const processes = readProcesses(mark.rootPid);
  const isDescendant = (pid: number): boolean => {
    for (let at = pid; at > 1; at = processes.get(at)?.parentPid ?? 0) {
      if (at === mark.rootPid) return true;
    }
    return false;
  };
  return [...processes]
    .filter(([pid, facts]) => pid !== mark.exceptPid && facts.startTicks >= mark.rootStartTicks)
    .map(([pid]) => pid)
    .filter((pid) => isDescendant(pid) || bearsMark(pid, mark.entries));
}

/** When a process was started, in the kernel's ticks; 0 where that cannot be told. */
export function readStartTicks(pid: number): number {
  return readFacts(pid)?.startTicks ?? 0;
}

/** The processes of the machine since the root was started, without zombies, which only wait to be reaped. */
function readProcesses(rootPid: number): Map<number, ProcessFacts> {
  const processes = new Map<number, ProcessFacts>();
  for (const pid of listPidsSince(rootPid)) {
    const facts = readFacts(pid);
    if (facts !== undefined) processes.set(pid, facts);
  }
  return processes;
}

/** Process ids count up and then begin anew: until they do, what is younger than the root is above it. */
function listPidsSince(rootPid: number): number[] {
  const newestPid = Number(readProcText('/proc/loadavg')?.trim().split(' ').at(-1) ?? 0);
  const pids = readProc().map(Number).filter(Number.isInteger);
  return newestPid >= rootPid ? pids.filter((pid) => pid >= rootPid) : pids;
}

/** Fields of proc_pid_stat(5): the name stands in parentheses and may hold spaces and parentheses itself. */
function readFacts(pid: number): ProcessFacts | undefined {
  const stat = readProcFile(pid, 'stat');
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
  return fields[0] === 'Z' ? undefined : { parentPid: Number(fields[1]), startTicks: Number(fields[19]) };
}

function readProc(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    // No /proc on this system: descent cannot be told there.
    return [];
  }
}

function bearsMark(pid: number, entries: readonly string[]): boolean {
  const environment = readProcFile(pid, 'environ');
  if (environment === undefined) return false;
  const found = new Set(environment.split('\0'));
  return entries.every((entry) => found.has(entry));
}

function readProcFile(pid: number, file: 'stat' | 'environ'): string | undefined {
  return readProcText(`/proc/${pid}/${file}`);
}

function readProcText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process ended in between, or belongs to somebody else: then it is none of ours.
    return undefined;
  }
}
