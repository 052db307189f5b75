/** What an object says it is, against what is expected. Behaves like upstream apimachinery/pkg/runtime/serializer (json, versioning) and runtime.Scheme. */
import { newBadRequest, type StatusError } from '../../apimachinery/errors.ts';
import { apiVersionOf, parseApiVersion, type GroupVersionKind } from '../../apimachinery/meta.ts';
import { builtinTypeOf } from '../../apimachinery/schema/builtin.ts';
import type { TypedShape } from './typed-shape.ts';
import type { Scope } from './scope.ts';

const GO_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What a value states; '' where it says nothing. */
function statedOf(value: object | null, refuse: (why: string) => StatusError): GroupVersionKind {
  if (Array.isArray(value) || (value !== null && typeof value !== 'object')) throw refuse(`couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(value)} into Go value of type ${GO_META}`);
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const version = textOf('apiVersion', apiVersion, refuse);
  const gv = parseApiVersion(version);
  const stated = textOf('kind', kind, refuse);
  if (!gv) throw refuse(`unexpected GroupVersion string: ${version}`);
  return { group: gv.group, version: gv.version, kind: stated };
}

function textOf(name: string, value: unknown, refuse: (why: string) => StatusError): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') throw refuse(`couldn't get version/kind; json parse error: json: cannot unmarshal ${goKind(value)} into Go struct field .${name} of type string`);
  return value;
}

/** What a body says it is; what it does not say is taken from what is expected. */
export function kindOf(value: unknown, expected: GroupVersionKind, refuse: (why: string) => StatusError): GroupVersionKind {
  const stated = statedOf(value as object | null, refuse);
  const { group, version } = stated.version === '' ? expected : stated;
  return { group, version, kind: stated.kind || expected.kind };
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);

export const saysTheSame = (gvk: GroupVersionKind, shape: TypedShape): boolean =>
  gvk.kind === shape.gvk.kind && (apiVersionOf(gvk) === apiVersionOf(shape.gvk) || shape.alsoAccepts?.includes(apiVersionOf(gvk)) === true);

/** Another version of the same kind is told apart from another kind. */
export function wrongKind(scope: Scope, gvk: GroupVersionKind, shape: TypedShape): StatusError {
  if (gvk.kind === shape.gvk.kind && isKnown(scope, gvk)) {
    return newBadRequest(`the API version in the data (${apiVersionOf(gvk)}) does not match the expected API version (${apiVersionOf(shape.gvk)})`);
  }
  return newBadRequest(`${gvk.kind} in version ${JSON.stringify(gvk.version)} cannot be handled as a ${shape.gvk.kind}: ${whyNot(scope, gvk, shape)}`);
}

/**
 * Of an object that a JSON or merge patch made. Without an apiVersion upstream takes it for the type it uses inside, which has none of the fields' names: `hasFields` is false.
 * Throws as `refuse` makes it.
 */
export function patchedKind(scope: Scope, value: unknown, shape: TypedShape, refuse: (why: string) => StatusError): { readonly hasFields: boolean } {
  const stated = statedOf(value as object | null, refuse);
  const kind = stated.kind || shape.gvk.kind;
  const isInternal = stated.version === '' && stated.group === '';
  const gvk = isInternal ? { ...shape.gvk, group: internalGroup(shape.gvk.group), kind } : { ...stated, kind };
  if (kind === shape.gvk.kind && (isInternal || saysTheSame(gvk, shape) || (gvk.group === shape.gvk.group && isKnown(scope, gvk)))) return { hasFields: !isInternal };
  if (!isInternal) throw refuse(whyNot(scope, gvk, shape));
  throw refuse(isKnown(scope, gvk) ? unknownConversion(goInternal(gvk), shape) : `no kind ${JSON.stringify(kind)} is registered for the internal version of group ${JSON.stringify(gvk.group)} in scheme ${SCHEME}`);
}

/** Kinds that every version has. */
const UNVERSIONED: ReadonlySet<string> = new Set(['Status', 'APIVersions', 'APIGroupList', 'APIGroup', 'APIResourceList']);

const isKnown = (scope: Scope, gvk: GroupVersionKind): boolean => UNVERSIONED.has(gvk.kind) || scope.deps.registry.byKind(gvk) !== undefined || builtinTypeOf(gvk) !== undefined;

/** Where upstream's scheme is made. */
const SCHEME = '"pkg/runtime/scheme.go:111"';

export const notRegistered = (gvk: GroupVersionKind): string => `no kind ${JSON.stringify(gvk.kind)} is registered for version ${JSON.stringify(apiVersionOf(gvk))} in scheme ${SCHEME}`;

const whyNot = (scope: Scope, gvk: GroupVersionKind, shape: TypedShape): string => (isKnown(scope, gvk) ? unknownConversion(`${gvk.version}.${gvk.kind}`, shape) : notRegistered(gvk));

const unknownConversion = (from: string, shape: TypedShape): string => `converting (${from}) to (${goInternal(shape.gvk)}): unknown conversion`;

/** Both kinds of events are one inside. */
const internalGroup = (group: string): string => (group === 'events.k8s.io' ? '' : group);
const goPackage = (group: string): string => internalGroup(group).split('.')[0] || 'core';
const goInternal = (gvk: GroupVersionKind): string => `${goPackage(gvk.group)}.${gvk.kind}`;
