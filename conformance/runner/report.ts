/** Reads ginkgo's JSON report and writes what a person wants to know. */

/** What is used of ginkgo's report (types.Report). */
export interface GinkgoReport {
  readonly SpecReports: readonly {
    readonly ContainerHierarchyTexts: readonly string[] | null;
    readonly LeafNodeText: string;
    readonly LeafNodeType: string;
    readonly State: string;
    /** Nanoseconds. */
    readonly RunTime: number;
    readonly Failure?: { readonly Message?: string; readonly Location?: { readonly FileName?: string; readonly LineNumber?: number } };
  }[];
}

export interface SpecResult {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  /** Why it failed; '' otherwise. */
  readonly message: string;
}

const PASSED = new Set(['passed']);
const SKIPPED = new Set(['skipped', 'pending']);

/** Specs in the order they ran; set-up nodes count only when they failed. */
export function resultsOf(reports: readonly GinkgoReport[]): SpecResult[] {
  return reports.flatMap((r) => r.SpecReports ?? []).flatMap((s) => {
    const verdict = PASSED.has(s.State) ? 'passed' : SKIPPED.has(s.State) ? 'skipped' : 'failed';
    if (s.LeafNodeType !== 'It' && verdict !== 'failed') return [];
    const name = [...(s.ContainerHierarchyTexts ?? []), s.LeafNodeText || s.LeafNodeType].join(' ').trim();
    const at = s.Failure?.Location;
    const place = at?.FileName ? ` (${at.FileName.split('/').slice(-2).join('/')}:${at.LineNumber ?? 0})` : '';
    return [{ name, verdict, seconds: s.RunTime / 1e9, message: verdict === 'failed' ? `${s.Failure?.Message ?? s.State}${place}` : '' }];
  });
}

export function countOf(results: readonly SpecResult[], verdict: SpecResult['verdict']): number {
  return results.filter((r) => r.verdict === verdict).length;
}

const group = (name: string): string => /^\[[^\]]+\]/.exec(name)?.[0] ?? 'other';
const firstLines = (text: string): string => text.split('\n').slice(0, 6).join('\n').slice(0, 800);

/** Markdown: totals, a line a group, failures with their messages, the names that passed. */
export function reportText(results: readonly SpecResult[], title: string): string {
  const ran = results.filter((r) => r.verdict !== 'skipped');
  const groups = [...new Set(ran.map((r) => group(r.name)))].sort();
  const rows = groups.map((g) => {
    const of = ran.filter((r) => group(r.name) === g);
    return `| ${g} | ${countOf(of, 'passed')} | ${countOf(of, 'failed')} | ${of.reduce((s, r) => s + r.seconds, 0).toFixed(0)} |`;
  });
  const failures = ran.filter((r) => r.verdict === 'failed').map((r) => `### ${r.name}\n\n\`\`\`\n${firstLines(r.message)}\n\`\`\`\n`);
  const passed = ran.filter((r) => r.verdict === 'passed').map((r) => `- ${r.name} (${r.seconds.toFixed(1)} s)`);
  return `# ${title}

${countOf(results, 'passed')} passed, ${countOf(results, 'failed')} failed.

| group | passed | failed | seconds |
|---|---|---|---|
${rows.join('\n')}

## Failures

${failures.join('\n') || 'None.'}

## Passed

${passed.join('\n')}
`;
}
