/** Asks one authoriser after another until one decides. Behaves like upstream apiserver/pkg/authorization/union. */
import type { AuthorizationAttributes, Authorizer, RulesReview, Verdict } from './interface.ts';

export function unionOfAuthorizers(authorizers: readonly Authorizer[]): Authorizer {
  return {
    name: 'union',
    authorize: (attributes) => authorizeFrom(authorizers, 0, attributes, [], []),
    rulesFor: (user, namespace) => mergedRules(authorizers.map((a) => a.rulesFor?.(user, namespace))),
  };
}

/** Stays synchronous as long as each authoriser answers at once. */
function authorizeFrom(authorizers: readonly Authorizer[], at: number, attributes: AuthorizationAttributes, reasons: string[], errors: Error[]): Verdict | Promise<Verdict> {
  for (let i = at; i < authorizers.length; i++) {
    const verdict = authorizers[i]?.authorize(attributes);
    if (verdict instanceof Promise) return verdict.then((v) => (noted(v, reasons, errors) ? v : authorizeFrom(authorizers, i + 1, attributes, reasons, errors)));
    if (verdict && noted(verdict, reasons, errors)) return verdict;
  }
  const [error] = errors;
  return { decision: 'no-opinion', reason: reasons.join('\n'), ...(error && { error }) };
}

function noted(verdict: Verdict, reasons: string[], errors: Error[]): boolean {
  if (verdict.error) errors.push(verdict.error);
  if (verdict.reason !== '') reasons.push(verdict.reason);
  return verdict.decision !== 'no-opinion';
}

function mergedRules(all: readonly (RulesReview | undefined)[]): RulesReview {
  const known = all.filter((r) => r !== undefined);
  const errors = known.flatMap((r) => (r.error === undefined ? [] : [r.error]));
  return {
    resourceRules: known.flatMap((r) => r.resourceRules),
    nonResourceRules: known.flatMap((r) => r.nonResourceRules),
    incomplete: known.some((r) => r.incomplete),
    ...(errors.length > 0 && { error: errors.length === 1 ? errors[0] : `[${errors.join(', ')}]` }),
  } as RulesReview;
}
