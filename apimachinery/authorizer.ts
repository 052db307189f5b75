/**
 * Who asks for what: the question that the handler chain, access reviews and expressions put to an authorizer. Neighbours: api/authorization, which answers; cel/library/authorizer.ts, which lets expressions ask.
 * Behaves like upstream apiserver/pkg/authorization/authorizer/interfaces.go and apiserver/pkg/authentication/user.
 */

export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Who wants to do what to what. */
export interface AuthorizationAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly isResourceRequest: boolean;
  /** The rest is '' for other paths. */
  readonly namespace: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** '' for resource requests. */
  readonly path: string;
  /** Requirements of field and label selectors of list, watch and deletecollection, as they are written. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}
