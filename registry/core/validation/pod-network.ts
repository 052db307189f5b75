/** DNS, host names, host ports of pods. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type { HostAlias, PodDNSConfig, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsSubdomain, legacyIP } from './fields.ts';
import { each, isDNS1123SubdomainWithUnderscore } from './format.ts';
import type { PodOptions } from './pod-options.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

function dnsConfig(config: PodDNSConfig, path: Path): FieldError[] {
  const nameservers = config.nameservers ?? [];
  const searches = config.searches ?? [];
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS)
    errors.push(invalid(path.child('nameservers'), nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  errors.push(...nameservers.flatMap((ns, i) => legacyIP(ns, path.child('nameservers').index(i))));
  if (searches.length > MAX_SEARCHES)
    errors.push(invalid(path.child('searches'), searches, `must not have more than ${MAX_SEARCHES} search paths`));
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS)
    errors.push(
      invalid(
        path.child('searches'),
        searches,
        `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`,
      ),
    );
  for (const [i, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search !== '.') errors.push(...each(path.child('searches').index(i), name, isDNS1123SubdomainWithUnderscore(name)));
  }
  return [
    ...errors,
    ...(config.options ?? []).flatMap((o, i) => (o.name ? [] : [required(path.child('options').index(i), 'must not be empty')])),
  ];
}

export function validateDNSConfig(spec: PodSpec, path: Path): FieldError[] {
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if ((config.nameservers ?? []).length === 0)
      return [required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  return config ? dnsConfig(config, path) : [];
}

export function validateHostNetworkPorts(spec: PodSpec, path: Path, options: PodOptions): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap((c, i) =>
    (c.ports ?? []).flatMap((p, j) => {
      const hostPort = p.hostPort ?? 0;
      const isWrong = (options.isPod || hostPort !== 0) && hostPort !== p.containerPort;
      return isWrong
        ? [
            invalid(
              path.child('containers').index(i).child('ports').index(j).child('hostPort'),
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [];
    }),
  );
}

export function validateHostnameOverride(spec: PodSpec, path: Path): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const at = path.child('hostnameOverride');
  return [
    ...(spec.setHostnameAsFQDN ? [forbidden(at, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(spec.hostNetwork ? [forbidden(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > 64 ? [tooLong(at, 64)] : []),
    ...dnsSubdomain(name, at),
  ];
}

export function validateHostAliases(aliases: readonly HostAlias[] | undefined, path: Path): FieldError[] {
  return (aliases ?? []).flatMap((alias, i) => [
    ...legacyIP(alias.ip ?? '', path.index(i).child('ip')),
    ...(alias.hostnames ?? []).flatMap((h, j) => dnsSubdomain(h, path.index(i).child('hostnames').index(j))),
  ]);
}
