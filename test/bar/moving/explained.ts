/** Differences that belong to the servers and not to the cluster they serve; docs/moving.md explains each to users. */
import type { Difference } from './compare.ts';

interface Explanation {
  readonly about: RegExp;
  readonly why: string;
}

/** Matched against where a difference stands: `json /apis/… .namespace/name.spec`. */
const EXPLANATIONS: readonly Explanation[] = [
  { about: /\/leases(\/| ).*apiserver-|\/leases \.order/, why: 'each API server holds a lease of its own while it runs' },
  { about: /\/autoscaling\/v1\/horizontalpodautoscalers .*cells\[2\]/, why: "the table of autoscaling/v1 tells metrics in the order of that version's annotations" },
  { about: /\/ipaddresses(\/| )|\/events(\/| ).*(10\.96\.|\.order|stub\.)/, why: "upstream's repair loops take back addresses that no service holds and write down ports, and tell so in events" },
  { about: /\/apiservices(\/| ).*cr\.example\.com|\/apiservices \.order/, why: "upstream's aggregator makes an APIService for each group and version of custom resources" },
];

const whyOf = ({ what, at }: Difference): string | undefined => EXPLANATIONS.find(({ about }) => about.test(`${what} ${at}`))?.why;

/** What is left, and how many differences each explanation covers. */
export function unexplained(found: readonly Difference[]): { readonly left: readonly Difference[]; readonly explained: ReadonlyMap<string, number> } {
  const explained = new Map<string, number>();
  const left = found.filter((difference) => {
    const why = whyOf(difference);
    if (why !== undefined) explained.set(why, (explained.get(why) ?? 0) + 1);
    return why === undefined;
  });
  return { left, explained };
}
