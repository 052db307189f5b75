/** Nodes. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateNode, ValidateNodeUpdate). */
import type { ConfigMapNodeConfigSource, Node, NodeConfigSource, Taint } from '../../../apimachinery/types/core.gen.ts';
import {
  duplicate,
  forbidden,
  internalError,
  invalid,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { TAINT_EFFECTS } from './affinity.ts';
import { legacyCIDR, oneOf, positive, qualifiedName } from './fields.ts';
import { each, isConfigMapKey, isValidLabelValue, nameIsDNSLabel, nameIsDNSSubdomain } from './format.ts';
import { parseCIDR } from './ip.ts';
import { nodeAnnotations } from './node-annotations.ts';
import { resourceQuantity } from './resource-names.ts';

const TAINTS = Path.of('metadata', 'taints');
const CIDRS = Path.of('spec', 'podCIDRs');

const uniqueTaint = (path: Path, taint: Taint): FieldError => {
  const shown = duplicate(path, { Key: taint.key, Value: taint.value ?? '', Effect: taint.effect, TimeAdded: taint.timeAdded ?? null });
  return { ...shown, message: `${shown.message}: taints must be unique by key and effect pair` };
};

function taints(list: readonly Taint[] | undefined, at: Path = TAINTS): FieldError[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap((t, i) => {
    const path = at.index(i);
    const key = `${t.effect}/${t.key}`;
    const isRepeated = seen.has(key);
    seen.add(key);
    const valueErrors = isValidLabelValue(t.value ?? '');
    return [
      ...qualifiedName(t.key, path.child('key')),
      ...(valueErrors.length > 0 ? [invalid(path.child('value'), t.value, valueErrors.join(';'))] : []),
      ...oneOf(t.effect, TAINT_EFFECTS, path.child('effect')),
      ...(isRepeated ? [uniqueTaint(path, t)] : []),
    ];
  });
}

function resources({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((list) =>
    Object.entries(status[list] ?? {}).flatMap(([name, text]) => resourceQuantity(name, text, Path.of('status', list, name))),
  );
}

function podCIDRs(cidrs: readonly string[] | undefined): FieldError[] {
  const list = cidrs ?? [];
  const errors = list.flatMap((c, i) => legacyCIDR(c, CIDRS.index(i)));
  const families = new Set(list.map((c) => parseCIDR(c)?.ip.family));
  const isDual = families.size === 2 && !families.has(undefined) && list.length === 2;
  const wrong = list.findIndex((c) => !parseCIDR(c));
  if (list.length > 1 && wrong >= 0) {
    const cause = `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${wrong}]: <nil> (invalid CIDR address: ${list[wrong]})`;
    errors.push(internalError(CIDRS, cause));
  }
  return list.length > 1 && !isDual ? [...errors, invalid(CIDRS, list, 'may specify no more than one CIDR for each IP family')] : errors;
}

export function validateNode(node: Node): ErrorList {
  const swap = node.status.nodeInfo?.swap?.capacity;
  return [
    ...nodeAnnotations(node.metadata.annotations, taints),
    ...taints(node.spec.taints),
    ...resources(node),
    ...(swap === undefined ? [] : positive(Number(swap), Path.of('metadata', 'nodeSwapStatus', 'capacity'))),
    ...podCIDRs(node.spec.podCIDRs),
  ];
}

function addresses({ status }: Node): FieldError[] {
  const list = status.addresses ?? [];
  const keys = list.map((a) => `${a.type}/${a.address}`);
  return list.flatMap((a, i) =>
    keys.indexOf(keys[i] ?? '') < i ? [duplicate(Path.of('status', 'addresses').index(i), { Type: a.type, Address: a.address })] : [],
  );
}

function cidrsUpdate(next: readonly string[], old: readonly string[]): FieldError[] {
  const error = forbidden(CIDRS, 'node updates may not change podCIDR except from "" to valid');
  if (old.length === 0) return [];
  return next.length === old.length ? old.flatMap((c, i) => (c === next[i] ? [] : [error])) : [error];
}

function configMapSource(source: ConfigMapNodeConfigSource, path: Path): FieldError[] {
  const text = (field: 'uid' | 'resourceVersion'): FieldError[] =>
    source[field] ? [forbidden(path.child(field), `${field} must not be set in spec`)] : [];
  const { name, namespace, kubeletConfigKey: key } = source;
  return [
    ...text('uid'),
    ...text('resourceVersion'),
    ...(namespace ? each(path.child('namespace'), namespace, nameIsDNSLabel(namespace)) : [required(path.child('namespace'))]),
    ...(name ? each(path.child('name'), name, nameIsDNSSubdomain(name)) : [required(path.child('name'))]),
    ...(key ? each(path.child('kubeletConfigKey'), key, isConfigMapKey(key)) : [required(path.child('kubeletConfigKey'))]),
  ];
}

function configSource(source: NodeConfigSource | undefined, path: Path): FieldError[] {
  if (!source) return [];
  return source.configMap
    ? configMapSource(source.configMap, path.child('configMap'))
    : [invalid(path, { ConfigMap: null }, 'exactly one reference subfield must be non-nil')];
}

export function validateNodeUpdate(node: Node, old: Node): ErrorList {
  const { spec } = node;
  return [
    ...nodeAnnotations(node.metadata.annotations, taints),
    ...resources(node),
    ...addresses(node),
    ...cidrsUpdate(spec.podCIDRs ?? [], old.spec.podCIDRs ?? []),
    ...(old.spec.providerID && old.spec.providerID !== spec.providerID
      ? [forbidden(Path.of('spec', 'providerID'), 'node updates may not change providerID except from "" to valid')]
      : []),
    ...configSource(spec.configSource, Path.of('spec', 'configSource')),
    ...taints(spec.taints),
    ...((spec.externalID ?? '') === (old.spec.externalID ?? '') ? [] : [forbidden(Path.of('spec', 'externalID'), 'may not be updated')]),
  ];
}

export const validateNodeAndUpdate = (node: Node, old: Node): ErrorList => [...validateNode(node), ...validateNodeUpdate(node, old)];
