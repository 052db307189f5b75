/** ResourceQuotas. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateResourceQuota). */
import { own } from '../../../apimachinery/own.ts';
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { IMMUTABLE } from './fields.ts';
import { isStandardQuotaResource, quotaResourceName, resourceQuantity } from './resource-names.ts';

const SPEC = Path.of('spec');
const SCOPES = SPEC.child('scopes');
const SELECTOR = SPEC.child('scopeSelector', 'matchExpressions');
const STATUS = Path.of('status');

const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const PODS = ['pods', ...COMPUTE];
const CLAIMS = ['persistentvolumeclaims', 'requests.storage'];
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  Terminating: PODS,
  NotTerminating: PODS,
  NotBestEffort: PODS,
  PriorityClass: PODS,
  CrossNamespacePodAffinity: PODS,
  BestEffort: ['pods'],
  VolumeAttributesClass: CLAIMS,
};
const PAIRS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];
const ONLY_EXISTS = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

function quantities(list: Readonly<Record<string, string>> | undefined, path: Path): FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, text]) => [
    ...quotaResourceName(name, path.key(name)),
    ...resourceQuantity(name, text, path.key(name)),
  ]);
}

/** The resources of the quota that the scope does not know. */
function strangers(scope: string, hard: ResourceQuotaSpec['hard']): readonly string[] {
  const counted = own(COUNTED, scope);
  return counted ? Object.keys(hard ?? {}).filter((name) => isStandardQuotaResource(name) && !counted.includes(name)) : [];
}

function conflicts(chosen: readonly string[], path: Path, shown: unknown): FieldError[] {
  return PAIRS.filter((pair) => pair.every((s) => chosen.includes(s))).map(() => invalid(path, shown, 'conflicting scopes'));
}

function scopes({ scopes: list, hard }: ResourceQuotaSpec): FieldError[] {
  const chosen = list ?? [];
  return [
    ...chosen.flatMap((scope) => [
      ...(Object.hasOwn(COUNTED, scope) ? [] : [invalid(SCOPES, chosen, 'unsupported scope')]),
      ...strangers(scope, hard).map(() => invalid(SCOPES, chosen, 'unsupported scope applied to resource')),
    ]),
    ...conflicts(chosen, SCOPES, chosen),
  ];
}

function operator({ scopeName, operator: op, values }: ScopedResourceSelectorRequirement): FieldError[] {
  const at = SELECTOR.child('operator');
  const mustExist =
    ONLY_EXISTS.includes(scopeName) && op !== 'Exists'
      ? [
          invalid(
            at,
            op,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
      : [];
  const count = (values ?? []).length;
  if (op === 'In' || op === 'NotIn') {
    return count > 0
      ? mustExist
      : [
          ...mustExist,
          required(SELECTOR.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
        ];
  }
  if (op !== 'Exists' && op !== 'DoesNotExist') return [...mustExist, invalid(at, op, 'not a valid selector operator')];
  return count === 0
    ? mustExist
    : [
        ...mustExist,
        invalid(SELECTOR.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"),
      ];
}

/** How upstream prints its internal type. */
const internal = (list: readonly ScopedResourceSelectorRequirement[]): unknown => ({
  MatchExpressions: list.map((e) => ({ ScopeName: e.scopeName, Operator: e.operator, Values: e.values ?? null })),
});

function scopeSelector({ scopeSelector: selector, scopes: chosen, hard }: ResourceQuotaSpec): FieldError[] {
  const list = selector?.matchExpressions ?? [];
  return [
    ...list.flatMap((e) => [
      ...(Object.hasOwn(COUNTED, e.scopeName) ? [] : [invalid(SELECTOR.child('scopeName'), e.scopeName, 'unsupported scope')]),
      ...strangers(e.scopeName, hard).map(() => invalid(SELECTOR, internal(list), 'unsupported scope applied to resource')),
      ...operator(e),
    ]),
    ...conflicts(
      list.map((e) => e.scopeName),
      SELECTOR,
      chosen ?? null,
    ),
  ];
}

const validateSpec = (spec: ResourceQuotaSpec): FieldError[] => [
  ...quantities(spec.hard, SPEC.child('hard')),
  ...scopes(spec),
  ...scopeSelector(spec),
];
const validateStatus = ({ status }: ResourceQuota): FieldError[] => [
  ...quantities(status.hard, STATUS.child('hard')),
  ...quantities(status.used, STATUS.child('used')),
];

export const validateResourceQuota = (quota: ResourceQuota): ErrorList => [...validateSpec(quota.spec), ...validateStatus(quota)];

export function validateResourceQuotaUpdate({ spec }: ResourceQuota, old: ResourceQuota): ErrorList {
  const sorted = (list: readonly string[] | undefined): string => [...new Set(list)].sort().join();
  const changed = sorted(spec.scopes) !== sorted(old.spec.scopes);
  return [...validateSpec(spec), ...(changed ? [invalid(SCOPES, spec.scopes ?? null, IMMUTABLE)] : [])];
}

export function validateResourceQuotaStatusUpdate(quota: ResourceQuota): ErrorList {
  return [...(quota.metadata.resourceVersion ? [] : [required(Path.of('resourceVersion'))]), ...validateStatus(quota)];
}
