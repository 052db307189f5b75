/** Files of one volume that would lie over each other. Behaves like upstream pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths). */
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { Volume, VolumeProjection } from '../../../apimachinery/types/core.gen.ts';

interface Placed {
  readonly path: string;
  readonly source: string;
}

type Files = readonly { readonly path: string }[] | undefined;

const placed = (files: Files, source = ''): readonly Placed[] => (files ?? []).map((f) => ({ path: f.path, source }));
const printed = ({ path, source }: Placed): string => (source ? `${goQuote(path)} (${source})` : goQuote(path));
const isInside = (inner: Placed, outer: Placed): boolean => `${inner.path}/`.startsWith(`${outer.path}/`);

function overlaps(files: readonly Placed[]): readonly string[] {
  const all = files.map((f) => ({ ...f, path: f.path.replace(/\/+$/, '') }));
  return all.flatMap((file, i) => {
    const others = file.path === '' ? [] : all.slice(0, i).filter((o) => o.path !== '' && (isInside(o, file) || isInside(file, o)));
    return others.map((o) => `${printed(file)} with ${printed(o)}`);
  });
}

function projected(s: VolumeProjection): readonly Placed[] {
  if (s.configMap?.items) return placed(s.configMap.items, `ConfigMap ${goQuote(s.configMap.name ?? '')}`);
  if (s.secret?.items) return placed(s.secret.items, `Secret ${goQuote(s.secret.name ?? '')}`);
  if (s.downwardAPI?.items) return placed(s.downwardAPI.items, 'DownwardAPI');
  if (s.serviceAccountToken) return placed([s.serviceAccountToken], 'ServiceAccountToken');
  if (s.clusterTrustBundle)
    return placed(
      [s.clusterTrustBundle],
      `ClusterTrustBundle ${goQuote(s.clusterTrustBundle.name ?? s.clusterTrustBundle.signerName ?? '')}`,
    );
  return [];
}

function ofVolume(v: Volume): readonly string[] {
  const warn = (what: string, files: readonly Placed[]): readonly string[] =>
    overlaps(files).map((body) => `volume ${goQuote(v.name)} (${what}): overlapping paths: ${body}`);
  const sources = v.projected?.sources ?? [];
  return [
    ...(v.configMap ? warn(`ConfigMap ${goQuote(v.configMap.name ?? '')}`, placed(v.configMap.items)) : []),
    ...(v.secret ? warn(`Secret ${goQuote(v.secret.secretName ?? '')}`, placed(v.secret.items)) : []),
    ...(v.downwardAPI ? warn('DownwardAPI', placed(v.downwardAPI.items)) : []),
    ...sources.filter((s) => Object.keys(s).length === 0).map(() => `volume ${goQuote(v.name)} (Projected) has no sources provided`),
    ...warn('Projected', sources.flatMap(projected)),
  ];
}

export function overlapWarnings(volumes: readonly Volume[], told: string[]): void {
  for (const v of volumes) if (v.projected || v.configMap?.items || v.secret?.items || v.downwardAPI?.items) told.push(...ofVolume(v));
}
