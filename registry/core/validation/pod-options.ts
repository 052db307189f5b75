/** What validation lets pass because an older object has it already. Behaves like upstream pkg/api/pod/util.go (GetValidationOptionsFromPodSpecAndMeta). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { PodSpec, PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import { someContainer, type AnyContainer } from '../pods/containers.ts';
import { isHugePages } from '../pods/resources.ts';
import { hasInvalidLabelValue, labelSelector } from './fields.ts';
import { isValidLabelValue } from './format.ts';
import { nonReservedPath } from './paths.ts';
import { isHugePageDivisible } from './resource-names.ts';
import { deletionCost } from './pod-deletion-cost.ts';
import { Path } from '../../../apimachinery/validation/field.ts';

export interface PodOptions {
  /** A pod, not a template. */
  readonly isPod: boolean;
  readonly allowInvalidDeletionCost: boolean;
  readonly allowInvalidLabelValueInSelector: boolean;
  readonly allowIndivisibleHugePages: boolean;
  readonly allowInvalidSpreadSelector: boolean;
  readonly allowNonLocalTokenPath: boolean;
  readonly allowHostSysctls: boolean;
  readonly allowInvalidLabelValueInNodeAffinity: boolean;
  /** The old object breaks the newer rule of matchLabelKeys. */
  readonly oldViolatesMatchLabelKeys: boolean;
  readonly allowVolumeDevicesInUserNamespace: boolean;
  readonly allowSidecarResizePolicy: boolean;
  /** Another policy stays where it is already. */
  readonly onlyRecursiveSELinuxChange: boolean;
}

const STRICT: PodOptions = {
  isPod: true,
  allowInvalidDeletionCost: false,
  allowInvalidLabelValueInSelector: false,
  allowIndivisibleHugePages: false,
  allowInvalidSpreadSelector: false,
  allowNonLocalTokenPath: false,
  allowHostSysctls: false,
  allowInvalidLabelValueInNodeAffinity: false,
  oldViolatesMatchLabelKeys: false,
  allowVolumeDevicesInUserNamespace: false,
  allowSidecarResizePolicy: true,
  onlyRecursiveSELinuxChange: true,
};

export function podOptions(old?: { readonly metadata?: ObjectMeta; readonly spec: PodSpec }): PodOptions {
  if (!old) return STRICT;
  const { spec, metadata } = old;
  return {
    ...STRICT,
    allowInvalidDeletionCost: allowsInvalidDeletionCost(metadata),
    allowInvalidLabelValueInSelector: hasInvalidAffinitySelector(spec),
    allowIndivisibleHugePages: someContainer(spec, usesIndivisibleHugePages),
    allowInvalidSpreadSelector: (spec.topologySpreadConstraints ?? []).some((c) => labelSelector(c.labelSelector, Path.NOWHERE).length > 0),
    allowNonLocalTokenPath: hasNonLocalTokenPath(spec),
    allowHostSysctls: (spec.securityContext?.sysctls ?? []).length > 0 && Boolean(spec.hostNetwork || spec.hostIPC),
    allowInvalidLabelValueInNodeAffinity: hasInvalidNodeAffinity(spec),
    onlyRecursiveSELinuxChange: spec.securityContext?.seLinuxChangePolicy === undefined,
    allowVolumeDevicesInUserNamespace: spec.hostUsers === false && someContainer(spec, (c) => (c.volumeDevices ?? []).length > 0),
  };
}

/** Where the old object has one already. */
export const allowsInvalidDeletionCost = (old: ObjectMeta | undefined): boolean => deletionCost(old?.annotations) === undefined;

export function templateOptions(old?: PodTemplateSpec): PodOptions {
  return { ...podOptions(old && { spec: old.spec, ...(old.metadata && { metadata: old.metadata }) }), isPod: false };
}

function hasInvalidAffinitySelector({ affinity }: PodSpec): boolean {
  const sides = [affinity?.podAffinity, affinity?.podAntiAffinity];
  const terms = sides.flatMap((s) => [
    ...(s?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(s?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => w.podAffinityTerm),
  ]);
  return terms.some((t) => hasInvalidLabelValue(t.labelSelector) || hasInvalidLabelValue(t.namespaceSelector));
}

function usesIndivisibleHugePages({ resources }: AnyContainer): boolean {
  return Object.entries({ ...resources?.limits, ...resources?.requests }).some(
    ([name, text]) => isHugePages(name) && !isHugePageDivisible(name, parseQuantity(text)),
  );
}

function hasNonLocalTokenPath(spec: PodSpec): boolean {
  const tokens = (spec.volumes ?? []).flatMap((v) => v.projected?.sources ?? []).map((s) => s.serviceAccountToken?.path);
  return tokens.some((path) => path !== undefined && nonReservedPath(path, Path.NOWHERE).length > 0);
}

function hasInvalidNodeAffinity({ affinity }: PodSpec): boolean {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.some((t) => (t.matchExpressions ?? []).some((e) => (e.values ?? []).some((v) => isValidLabelValue(v).length > 0)));
}
