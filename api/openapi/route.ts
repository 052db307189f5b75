/** One operation of the API before a document says it in OpenAPI v2 (./swagger.ts) or v3 (./document.ts). Behaves like upstream go-restful's Route as kube-openapi reads it. */
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { Json } from './schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description?: string;
}

/** The name of a schema, or 'string'. */
export type Model = string;

export interface Route {
  readonly path: string;
  readonly method: string;
  readonly id: string;
  readonly tag: string;
  readonly description?: string;
  /** x-kubernetes-action */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  readonly consumes?: readonly string[];
  readonly produces: readonly string[];
  /** Of the path, too; `pretty` included. */
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly model: Model; readonly required: boolean };
  readonly answers: readonly (readonly [code: string, model: Model])[];
}

export const STATUS_TEXTS: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted', '401': 'Unauthorized' };

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** The operations of one path; `common`: the parameters that all of them have. Both sorted as upstream sorts. */
export interface PathRoutes {
  readonly path: string;
  readonly common: readonly Parameter[];
  readonly routes: readonly { readonly route: Route; readonly own: readonly Parameter[] }[];
}

const keyOf = ({ name, in: place }: Parameter): string => `${name}/${place}`;

function sorted(parameters: readonly Parameter[]): readonly Parameter[] {
  return parameters.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function commonOf(routes: readonly Route[]): readonly Parameter[] {
  const last = routes.at(-1)?.parameters ?? [];
  return last.filter((p) => routes.every((r) => r.parameters.some((q) => keyOf(q) === keyOf(p))));
}

/** By path, in the order of their names. */
export function byPath(routes: readonly Route[]): readonly PathRoutes[] {
  const paths = new Map<string, Route[]>();
  for (const route of routes) {
    const known = paths.get(route.path);
    if (known) known.push(route);
    else paths.set(route.path, [route]);
  }
  return [...paths].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, of]) => {
    const ordered = of.toSorted((a, b) => METHODS.indexOf(a.method) - METHODS.indexOf(b.method));
    const common = sorted(commonOf(ordered));
    const shared = new Set(common.map(keyOf));
    return { path, common, routes: ordered.map((route) => ({ route, own: sorted(route.parameters.filter((p) => !shared.has(keyOf(p)))) })) };
  });
}

/** What stands beside an operation's parameters and answers in both versions. */
export function extensionsOf({ action, gvk }: Route): Json {
  return { ...(action !== undefined && { 'x-kubernetes-action': action }), ...(gvk && { 'x-kubernetes-group-version-kind': gvk }) };
}
