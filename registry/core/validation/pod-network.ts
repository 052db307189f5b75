/** DNS, host names, host ports of pods. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type { HostAlias, PodDNSConfig, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, NOTHING, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsSubdomain, legacyIP } from './fields.ts';
import { each, isDNS1123SubdomainWithUnderscore } from './format.ts';
import type { PodOptions } from './pod-options.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

function dnsConfig(config: PodDNSConfig, path: Path, errors: FieldError[]): void {
  const nameservers = config.nameservers ?? NOTHING;
  if (nameservers.length > MAX_NAMESERVERS)
    errors.push(invalid(path.child('nameservers'), nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  nameservers.forEach((ns, i) => legacyIP(ns, path.child('nameservers').index(i), errors));
  if (config.searches) searches(config.searches, path.child('searches'), errors);
  config.options?.forEach((o, i) => {
    if (!o.name) errors.push(required(path.child('options').index(i), 'must not be empty'));
  });
}

function searches(list: readonly string[], path: Path, errors: FieldError[]): void {
  if (list.length > MAX_SEARCHES) errors.push(invalid(path, list, `must not have more than ${MAX_SEARCHES} search paths`));
  if (list.join(' ').length > MAX_SEARCH_CHARACTERS)
    errors.push(invalid(path, list, `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`));
  list.forEach((search, i) => {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search !== '.') each(path.index(i), name, isDNS1123SubdomainWithUnderscore(name), errors);
  });
}

export function validateDNSConfig({ dnsConfig: config, dnsPolicy }: PodSpec, path: Path, errors: FieldError[]): void {
  if (dnsPolicy === 'None' && !config) errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  else if (dnsPolicy === 'None' && (config?.nameservers ?? NOTHING).length === 0)
    errors.push(required(path.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  else if (config) dnsConfig(config, path, errors);
}

export function validateHostNetworkPorts(spec: PodSpec, path: Path, options: PodOptions, errors: FieldError[]): void {
  if (!spec.hostNetwork) return;
  spec.containers?.forEach((c, i) =>
    c.ports?.forEach((p, j) => {
      const hostPort = p.hostPort ?? 0;
      if ((options.isPod || hostPort !== 0) && hostPort !== p.containerPort)
        errors.push(
          invalid(
            path.child('containers').index(i).child('ports').index(j).child('hostPort'),
            hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        );
    }),
  );
}

export function validateHostnameOverride(spec: PodSpec, path: Path, errors: FieldError[]): void {
  const name = spec.hostnameOverride;
  if (name === undefined) return;
  const at = path.child('hostnameOverride');
  if (spec.setHostnameAsFQDN) errors.push(forbidden(at, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) errors.push(forbidden(at, 'may not be specified when hostNetwork is true'));
  if (name.length > 64) errors.push(tooLong(at, 64));
  dnsSubdomain(name, at, errors);
}

export function validateHostAliases(aliases: readonly HostAlias[], path: Path, errors: FieldError[]): void {
  aliases.forEach((alias, i) => {
    legacyIP(alias.ip ?? '', path.index(i).child('ip'), errors);
    alias.hostnames?.forEach((h, j) => dnsSubdomain(h, path.index(i).child('hostnames').index(j), errors));
  });
}
