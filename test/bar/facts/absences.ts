/** What deliberately differs from the recorded facts, each with its reason. An entry that meets no difference is stale, and the bar says so. */
import type { Difference } from './differences.ts';

interface Absence {
  /** Tested against a difference's place. */
  readonly at: RegExp;
  readonly reason: string;
}

export const ABSENCES: readonly Absence[] = [
  { at: /^discovery\/version\/(compiler|gitCommit|gitVersion|goVersion)$/, reason: 'a server says what it is: this program, its runtime, and the release whose API it serves' },
  { at: /^discovery\/api\/serverAddressByClientCIDRs\/0\/serverAddress$/, reason: 'the port on which this run listens' },
  { at: /^bootstrap\/v1_services\/default~kubernetes\/spec\/ports\/0\/targetPort$/, reason: 'the port on which this run listens' },
  { at: /^discovery\/root\/paths\/~metrics~slis$/, reason: 'single health checks are not counted in metrics: /livez?verbose and /readyz?verbose tell of each' },
];

export interface Judged {
  readonly unexplained: readonly Difference[];
  /** How many differences each entry explains. */
  readonly explained: ReadonlyMap<Absence, number>;
}

export function judged(found: readonly Difference[]): Judged {
  const explained = new Map<Absence, number>(ABSENCES.map((a) => [a, 0]));
  const unexplained = found.filter((difference) => {
    const absence = ABSENCES.find((a) => a.at.test(difference.at));
    if (absence) explained.set(absence, (explained.get(absence) ?? 0) + 1);
    return absence === undefined;
  });
  return { unexplained, explained };
}
