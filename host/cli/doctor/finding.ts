import { formatCount } from '../format-amounts.ts';
import { toOneLine } from '../plain-text.ts';
import type { Style } from '../style.ts';

/** What doctor found about one thing. A warning is worth knowing; a problem keeps runs from working. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** What there is, in a few words. */
  readonly found: string;
  /** What to do about it. */
  readonly cure?: string;
}

const STATE_WIDTH = 'warning'.length;

/** Findings as aligned lines, each cure below its own, and what they come to. */
export function renderFindings(findings: readonly Finding[], style: Style): string {
  const nameWidth = Math.max(...findings.map((finding) => finding.name.length));
  const indent = ' '.repeat(STATE_WIDTH + nameWidth + 4);
  const lines = findings.flatMap((finding) => {
    const state = paintState(finding.state, style)(finding.state.padEnd(STATE_WIDTH));
    const line = `${state}  ${finding.name.padEnd(nameWidth)}  ${toOneLine(finding.found)}`;
    return finding.cure === undefined ? [line] : [line, `${indent}${style.dim('try:')} ${finding.cure}`];
  });
  return [...lines, '', summariseFindings(findings)].join('\n');
}

export function hasProblem(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.state === 'problem');
}

function summariseFindings(findings: readonly Finding[]): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const problems = count('problem');
  const warnings = count('warning');
  if (problems === 0 && warnings === 0) return 'All is well.';
  if (problems === 0) return `Nothing keeps runs from working; ${formatCount(warnings, 'warning')}.`;
  return `${formatCount(problems, 'problem')}, ${formatCount(warnings, 'warning')}.`;
}

function paintState(state: Finding['state'], style: Style): (text: string) => string {
  switch (state) {
    case 'ok':
      return style.good;
    case 'warning':
      return style.warning;
    case 'problem':
      return style.bad;
  }
}
