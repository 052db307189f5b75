/** Fields behind feature gates that are off in v1.35 are dropped, unless the old object has them. Behaves like upstream pkg/registry/resource. */
import type * as resource from '../../apimachinery/types/resource.gen.ts';

const exactly = (spec: resource.ResourceClaimSpec | undefined) =>
  (spec?.devices?.requests ?? []).flatMap((r) => [...(r.exactly ? [r.exactly] : []), ...(r.firstAvailable ?? [])]);

/** DRADeviceTaints and DRAConsumableCapacity are off. */
export function dropDisabledClaimFields(spec: resource.ResourceClaimSpec, old?: resource.ResourceClaimSpec): void {
  if (!exactly(old).some((r) => (r.tolerations ?? []).length > 0)) for (const r of exactly(spec)) delete r.tolerations;
  if (!exactly(old).some((r) => r.capacity) && !(old?.devices?.constraints ?? []).some((c) => c.distinctAttribute)) {
    for (const r of exactly(spec)) delete r.capacity;
    for (const c of spec.devices?.constraints ?? []) delete c.distinctAttribute;
  }
}

const results = (claim: resource.ResourceClaim) => claim.status.allocation?.devices?.results ?? [];

/** DRAConsumableCapacity and DRADeviceBindingConditions are off. */
export function dropDisabledStatusFields(claim: resource.ResourceClaim, old: resource.ResourceClaim): void {
  if (!results(old).some((r) => r.shareID !== undefined || r.consumedCapacity)) {
    for (const r of results(claim)) {
      delete r.shareID;
      delete r.consumedCapacity;
    }
    for (const d of claim.status.devices ?? []) delete d.shareID;
  }
  if (results(old).some((r) => r.bindingConditions || r.bindingFailureConditions)) return;
  for (const r of results(claim)) {
    delete r.bindingConditions;
    delete r.bindingFailureConditions;
  }
}

const deviceID = (d: { readonly driver: string; readonly pool: string; readonly device: string; readonly shareID?: string }): string =>
  [d.driver, d.pool, d.device, d.shareID ?? ''].join('/');

/** The status of a device goes with its allocation. */
export function dropDeallocatedDevices(claim: resource.ResourceClaim, old: resource.ResourceClaim): void {
  const gone = new Set(results(old).map(deviceID));
  for (const r of results(claim)) gone.delete(deviceID(r));
  const kept = (claim.status.devices ?? []).filter((d) => !gone.has(deviceID(d)));
  if (kept.length > 0) claim.status.devices = kept;
  else delete claim.status.devices;
}

type Device = NonNullable<resource.ResourceSliceSpec['devices']>[number];

const GATES: readonly (readonly (keyof Device)[])[] = [
  ['taints'],
  ['consumesCounters', 'nodeName', 'nodeSelector', 'allNodes'],
  ['bindingConditions', 'bindingFailureConditions', 'bindsToNode'],
  ['allowMultipleAllocations'],
];

export function dropDisabledSliceFields({ spec }: resource.ResourceSlice, old?: resource.ResourceSlice): void {
  for (const gate of GATES) {
    const inUse = (old?.spec.devices ?? []).some((d) => gate.some((field) => d[field] !== undefined));
    if (inUse) continue;
    for (const device of spec.devices ?? []) for (const field of gate) delete device[field];
  }
  if (!old?.spec.sharedCounters) delete spec.sharedCounters;
  if (old?.spec.perDeviceNodeSelection === undefined) delete spec.perDeviceNodeSelection;
  for (const device of spec.devices ?? []) for (const capacity of Object.values(device.capacity ?? {})) delete capacity.requestPolicy;
}
