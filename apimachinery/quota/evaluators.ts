/** The evaluator of every resource. Behaves like upstream pkg/quota/v1/install. */
import { groupResourceText, type GroupResource } from '../meta.ts';
import { resourceClaimEvaluator, volumeClaimEvaluator } from './claims.ts';
import type { Evaluator } from './evaluator.ts';
import { objectCount } from './object-count.ts';
import { podEvaluator } from './pods.ts';
import { serviceEvaluator } from './services.ts';

const KNOWN = [podEvaluator, serviceEvaluator, volumeClaimEvaluator, resourceClaimEvaluator];
const evaluators = new Map<string, Evaluator>(KNOWN.map((e) => [groupResourceText(e.groupResource), e]));

export function evaluatorFor(gr: GroupResource): Evaluator {
  const id = groupResourceText(gr);
  let evaluator = evaluators.get(id);
  if (!evaluator) evaluators.set(id, (evaluator = objectCount(gr)));
  return evaluator;
}
