/**
 * Fields that v1 holds twice, or under an old name: both sides are kept in step wherever an object is decoded.
 * What is in step already is not written: a status update shares its frozen spec. Behaves like upstream pkg/apis/core/v1/conversion.go.
 */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { encodeBase64 } from '../../../apimachinery/schema/base64.ts';
import { defineDefaults } from '../../generic/define.ts';

const encoder = new TextEncoder();

/** The new field wins. */
function serviceAccountAlias(spec: core.PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  if (spec.serviceAccountName !== name) spec.serviceAccountName = name;
  if (spec.serviceAccount !== name) spec.serviceAccount = name;
}

/** The single address is authoritative when both are given and differ. */
function podIPs(status: core.PodStatus): void {
  const [first] = status.podIPs ?? [];
  if (status.podIP && status.podIP !== first?.ip) status.podIPs = [{ ip: status.podIP }];
  else if (first && status.podIP !== first.ip) status.podIP = first.ip;
}

function podCIDRs(spec: core.NodeSpec): void {
  const [first] = spec.podCIDRs ?? [];
  if (spec.podCIDR && spec.podCIDR !== first) spec.podCIDRs = [spec.podCIDR];
  else if (first && spec.podCIDR !== first) spec.podCIDR = first;
}

/** A null among bytes is empty. */
function noNulls(data: Record<string, string | null> | undefined): void {
  for (const [key, value] of Object.entries(data ?? {})) if (data && value === null) data[key] = '';
}

/** Text is stored as bytes. */
function stringData(secret: core.Secret): void {
  noNulls(secret.data);
  for (const [key, text] of Object.entries(secret.stringData ?? {})) (secret.data ??= {})[key] = encodeBase64(encoder.encode(text || ''));
  delete secret.stringData;
}

/** Of pods alone: a template may hold it until its pods are made. */
function negativeGrace({ spec }: core.Pod): void {
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
}

export default [
  defineDefaults(core.PodSpec, serviceAccountAlias),
  defineDefaults(core.PodStatus, podIPs),
  defineDefaults(core.NodeSpec, podCIDRs),
  defineDefaults(core.Secret, stringData),
  defineDefaults(core.ConfigMap, ({ binaryData }) => noNulls(binaryData)),
  defineDefaults(core.Pod, negativeGrace),
];
