/** Questions to the authorizer. What answers them is part of the activation. Behaves like upstream apiserver/pkg/cel/library/authz.go. */
import type { AuthorizationAttributes, UserInfo } from '../../authorizer.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../../validation/names.ts';
import { Failure, Opaque, type Result, type Value } from '../values.ts';
import { of, type Implementation, type Library } from './function.ts';

export interface Answer {
  readonly isAllowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/** May throw: that ends the evaluation and comes out of it (as when the answer is not there yet). */
export type Ask = (question: AuthorizationAttributes) => Answer;

interface Path {
  readonly path: string;
}
interface Resource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

/** Whether two of these values are equal is not to be known, as upstream's do not tell. */
abstract class AuthorizationValue extends Opaque {
  override get isIncomparable(): boolean {
    return true;
  }

  override equals(other: Opaque): boolean {
    return this === other;
  }
}

/** `authorizer` of an expression. */
export class AuthorizerValue extends AuthorizationValue {
  readonly typeName = 'kubernetes.authorization.Authorizer';
  readonly user: UserInfo;
  readonly ask: Ask;
  constructor(user: UserInfo, ask: Ask) {
    super();
    this.user = user;
    this.ask = ask;
  }

  /** `authorizer.requestResource` of an expression. */
  resourceCheck(resource: Partial<Resource>): Opaque {
    return new ResourceCheck(this, { group: '', resource: '', subresource: '', namespace: '', name: '', fieldSelector: '', labelSelector: '', ...resource });
  }

  /** undefined fields are left as they are for what is not about a resource. */
  decide(question: Partial<AuthorizationAttributes> & { readonly verb: string }): Opaque {
    const nothing = { isResourceRequest: false, namespace: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '', path: '' };
    return new Decision(this.ask({ ...nothing, user: this.user, ...question }));
  }
}

class PathCheck extends AuthorizationValue {
  readonly typeName = 'kubernetes.authorization.PathCheck';
  readonly authorizer: AuthorizerValue;
  readonly path: string;
  constructor(authorizer: AuthorizerValue, { path }: Path) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheck extends AuthorizationValue {
  readonly typeName = 'kubernetes.authorization.GroupCheck';
  readonly authorizer: AuthorizerValue;
  readonly group: string;
  constructor(authorizer: AuthorizerValue, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

class ResourceCheck extends AuthorizationValue {
  readonly typeName = 'kubernetes.authorization.ResourceCheck';
  readonly authorizer: AuthorizerValue;
  readonly resource: Resource;
  constructor(authorizer: AuthorizerValue, resource: Resource) {
    super();
    this.authorizer = authorizer;
    this.resource = resource;
  }

  decide(verb: string): Opaque {
    const { group, fieldSelector, labelSelector, ...rest } = this.resource;
    const selectors = { ...(fieldSelector === '' ? {} : { fieldSelector }), ...(labelSelector === '' ? {} : { labelSelector }) };
    return this.authorizer.decide({ verb, isResourceRequest: true, apiGroup: group, apiVersion: '*', ...rest, ...selectors });
  }
}

class Decision extends AuthorizationValue {
  readonly typeName = 'kubernetes.authorization.Decision';
  readonly answer: Answer;
  constructor(answer: Answer) {
    super();
    this.answer = answer;
  }
}

function serviceAccount({ ask }: AuthorizerValue, namespace: Value | undefined, name: Value | undefined): Result | undefined {
  if (typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  if (nameIsDNSSubdomain(name, false).length > 0) return new Failure('Invalid service account name');
  if (nameIsDNSLabel(namespace, false).length > 0) return new Failure('Invalid service account namespace');
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  return new AuthorizerValue({ name: `system:serviceaccount:${namespace}:${name}`, uid: '', groups, extra: {} }, ask);
}

const narrowed = (field: keyof Resource): Implementation =>
  of(ResourceCheck, ({ authorizer, resource }, value) => (typeof value === 'string' ? new ResourceCheck(authorizer, { ...resource, [field]: value }) : undefined));

function path(authorizer: AuthorizerValue, text: Value | undefined): Result | undefined {
  if (typeof text !== 'string') return undefined;
  return text.trim() === '' ? new Failure('path must not be empty') : new PathCheck(authorizer, { path: text });
}

function resource({ authorizer, group }: GroupCheck, name: Value | undefined): Result | undefined {
  if (typeof name !== 'string') return undefined;
  return name.trim() === '' ? new Failure('resource must not be empty') : authorizer.resourceCheck({ group, resource: name });
}

function check([self, verb]: readonly Value[]): Result | undefined {
  if (typeof verb !== 'string') return undefined;
  if (self instanceof PathCheck) return self.authorizer.decide({ verb, path: self.path });
  return self instanceof ResourceCheck ? self.decide(verb) : undefined;
}

export const AUTHORIZATION: Library = {
  serviceAccount: of(AuthorizerValue, serviceAccount),
  path: of(AuthorizerValue, path),
  group: of(AuthorizerValue, (authorizer, group) => (typeof group === 'string' ? new GroupCheck(authorizer, group) : undefined)),
  resource: of(GroupCheck, resource),
  subresource: narrowed('subresource'),
  namespace: narrowed('namespace'),
  name: narrowed('name'),
  fieldSelector: narrowed('fieldSelector'),
  labelSelector: narrowed('labelSelector'),
  check,
  errored: of(Decision, ({ answer }) => answer.error !== undefined),
  error: of(Decision, ({ answer }) => answer.error ?? ''),
  allowed: of(Decision, ({ answer }) => answer.isAllowed),
  reason: of(Decision, ({ answer }) => answer.reason),
};
