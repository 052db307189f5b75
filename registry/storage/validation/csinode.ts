/** CSINodes. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateCSINode). */
import type { CSINode, CSINodeDriver } from '../../../apimachinery/types/storage.gen.ts';
import { duplicate, invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { IMMUTABLE, nonNegative, qualifiedName } from '../../core/validation/fields.ts';
import { byteLength } from '../../core/validation/format.ts';
import { csiDriverName } from '../../core/validation/volume-sources.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const DRIVERS = Path.of('spec', 'drivers');
const NODE_ID_LIMIT = 256;

function nodeID(id: string, path: Path): FieldError[] {
  return [
    ...(id === '' ? [required(path)] : []),
    ...(byteLength(id) > NODE_ID_LIMIT ? [invalid(path, id, `must be ${NODE_ID_LIMIT} characters or less`)] : []),
  ];
}

function topologyKeys(keys: readonly string[], path: Path): FieldError[] {
  return keys.flatMap((key, i) => [
    ...(key === '' ? [required(path)] : []),
    ...(keys.indexOf(key) < i ? [duplicate(path, key)] : []),
    ...qualifiedName(key, path),
  ]);
}

function driver(d: CSINodeDriver, isRepeated: boolean, path: Path): FieldError[] {
  return [
    ...csiDriverName(d.name, path.child('name')),
    ...nodeID(d.nodeID ?? '', path.child('nodeID')),
    ...nonNegative(d.allocatable?.count, path.child('allocatable', 'count')),
    ...(isRepeated ? [duplicate(path.child('name'), d.name)] : []),
    ...topologyKeys(d.topologyKeys ?? [], path),
  ];
}

export function validateCSINode({ spec }: CSINode): ErrorList {
  const drivers = spec.drivers ?? [];
  const names = drivers.map((d) => d.name);
  return drivers.flatMap((d, i) => driver(d, names.indexOf(d.name) < i, DRIVERS.index(i)));
}

const fixedPart = ({ allocatable: _allocatable, ...rest }: CSINodeDriver): CSINodeDriver => rest;

/** How upstream prints its internal type. */
const internal = (d: CSINodeDriver): unknown => ({
  Name: d.name,
  NodeID: d.nodeID ?? '',
  TopologyKeys: d.topologyKeys ?? null,
  Allocatable: null,
});

/** Upstream checks the new object twice; a driver may change only how many volumes it can attach. */
export function validateCSINodeUpdate(node: CSINode, old: CSINode, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const errors = [...metadata.whole(), ...validateCSINode(node)];
  const changed = (old.spec.drivers ?? []).flatMap((before) =>
    (node.spec.drivers ?? [])
      .filter((d) => d.name === before.name && !semanticEqual(fixedPart(d), fixedPart(before)))
      .map((d) => invalid(DRIVERS, internal(d), IMMUTABLE)),
  );
  return [...errors, ...errors, ...changed];
}
