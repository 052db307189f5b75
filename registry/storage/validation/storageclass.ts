/** StorageClasses. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateStorageClass). */
import type { TopologySelectorTerm } from '../../../apimachinery/types/core.gen.ts';
import type { StorageClass } from '../../../apimachinery/types/storage.gen.ts';
import { duplicate, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { immutable, qualifiedName } from '../../core/validation/fields.ts';
import { driver, parameters, unchanged } from './parameters.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const TOPOLOGIES = Path.of('allowedTopologies');
const BINDING = Path.of('volumeBindingMode');
const RECLAIM = ['Delete', 'Retain'];
const MODES = ['Immediate', 'WaitForFirstConsumer'];

function reclaimPolicy(policy: string | undefined): FieldError[] {
  return !policy || RECLAIM.includes(policy) ? [] : [notSupported(Path.of('reclaimPolicy'), policy, RECLAIM)];
}

function bindingMode(mode: string | undefined): FieldError[] {
  if (mode === undefined) return [required(BINDING)];
  return MODES.includes(mode) ? [] : [notSupported(BINDING, mode, MODES)];
}

function requirement(key: string, values: readonly string[], isRepeated: boolean, path: Path): FieldError[] {
  const at = path.child('values');
  return [
    ...(values.length === 0 ? [required(at)] : []),
    ...values.flatMap((v, i) => (values.indexOf(v) < i ? [duplicate(at.index(i), v)] : [])),
    ...qualifiedName(key, path.child('key')),
    ...(isRepeated ? [duplicate(path.child('key'), key)] : []),
  ];
}

const EMPTY = canonical({});

/** The same term, whatever its order. */
function canonical(term: TopologySelectorTerm): string {
  const pairs = (term.matchLabelExpressions ?? []).map((e) => [e.key, [...new Set(e.values)].sort()] as const);
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function topologies(terms: readonly TopologySelectorTerm[]): FieldError[] {
  const seen = terms.map(canonical);
  return terms.flatMap((term, i) => {
    const path = TOPOLOGIES.index(i).child('matchLabelExpressions');
    const expressions = term.matchLabelExpressions ?? [];
    const keys = expressions.map((e) => e.key);
    /** Upstream compares with as many empty terms as there are terms, too. */
    const same = [...terms.map(() => EMPTY), ...seen.slice(0, i)].filter((s) => s === seen[i]);
    return [
      ...expressions.flatMap((e, j) => requirement(e.key, e.values ?? [], keys.indexOf(e.key) < j, path.index(j))),
      ...same.map(() => duplicate(path, '')),
    ];
  });
}

export function validateStorageClass(sc: StorageClass): ErrorList {
  return [
    ...driver(sc.provisioner, Path.of('provisioner')),
    ...parameters(sc.parameters, Path.of('parameters'), false),
    ...reclaimPolicy(sc.reclaimPolicy),
    ...bindingMode(sc.volumeBindingMode),
    ...topologies(sc.allowedTopologies ?? []),
  ];
}

export function validateStorageClassUpdate(sc: StorageClass, old: StorageClass, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  return [
    ...metadata.whole(),
    ...validateStorageClass(sc),
    ...metadata.change(),
    ...unchanged('parameters', sc.parameters ?? {}, old.parameters ?? {}),
    ...unchanged('provisioner', sc.provisioner, old.provisioner),
    ...unchanged('reclaimPolicy', sc.reclaimPolicy, old.reclaimPolicy),
    ...immutable(sc.volumeBindingMode, old.volumeBindingMode, BINDING),
  ];
}
