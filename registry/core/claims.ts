/** What the server writes into claims. Behaves like upstream pkg/api/persistentvolumeclaim/util.go. */
import type { PersistentVolumeClaimSpec } from '../../apimachinery/types/core.gen.ts';

const CORE_SOURCES = [
  { group: '', kind: 'PersistentVolumeClaim' },
  { group: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot' },
];

/** Only claims and snapshots may stand in dataSource; CrossNamespaceVolumeDataSource is off. */
function dropDisabled(spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (spec.dataSourceRef?.namespace && old?.dataSourceRef === undefined) delete spec.dataSourceRef;
}

function enforceDataSource(spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (old?.dataSource !== undefined || old?.dataSourceRef !== undefined) return;
  const source = spec.dataSource;
  const isKnown = source && CORE_SOURCES.some((s) => s.kind === source.kind && s.group === (source.apiGroup ?? ''));
  if (source && !isKnown) delete spec.dataSource;
}

/** dataSource and dataSourceRef say the same. */
function normalize(spec: PersistentVolumeClaimSpec): void {
  const { dataSource: source, dataSourceRef: ref } = spec;
  if (source && !ref) spec.dataSourceRef = { ...source };
  else if (ref && !source && !ref.namespace) spec.dataSource = { apiGroup: ref.apiGroup ?? null, kind: ref.kind, name: ref.name };
}

export function prepareClaimForCreate(spec: PersistentVolumeClaimSpec): void {
  dropDisabled(spec);
  enforceDataSource(spec);
  normalize(spec);
}

export function prepareClaimForUpdate(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec): void {
  dropDisabled(spec, old);
  enforceDataSource(spec, old);
  normalize(spec);
}
