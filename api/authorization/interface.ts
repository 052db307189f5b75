/** Authorisation: may this user do that? Between the handler chain (api/server) and the rules that `stores` hold. Behaves like upstream apiserver/pkg/authorization/authorizer. */
import type { AuthorizationAttributes, UserInfo } from '../../apimachinery/authorizer.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';

export type { AuthorizationAttributes };

export type Decision = 'allow' | 'deny' | 'no-opinion';

export interface Verdict {
  readonly decision: Decision;
  /** For audit and for the 403's message. */
  readonly reason: string;
  /** What could not be evaluated; the decision holds without it. */
  readonly error?: Error;
}

export interface Authorizer {
  readonly name: string;
  authorize(attributes: AuthorizationAttributes): MaybePromise<Verdict>;
  /** The rules that hold for a user in a namespace; for SelfSubjectRulesReview. */
  rulesFor?(user: UserInfo, namespace: string): RulesReview;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}
export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}
export interface RulesReview {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
  readonly incomplete: boolean;
  readonly error?: string;
}

export const noOpinion = (reason = ''): Verdict => ({ decision: 'no-opinion', reason });
export const allow = (reason = ''): Verdict => ({ decision: 'allow', reason });
export const deny = (reason = ''): Verdict => ({ decision: 'deny', reason });
