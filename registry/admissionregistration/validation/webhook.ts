/** Webhook configurations. Behaves like upstream pkg/apis/admissionregistration/validation/validation.go. */
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
  WebhookClientConfig,
} from '../../../apimachinery/types/admissionregistration.gen.ts';
import { isFullyQualifiedName } from '../../../apimachinery/validation/dns.ts';
import {
  duplicate,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { labelSelector } from '../../core/validation/fields.ts';
import { each, isDNS1035Label } from '../../core/validation/format.ts';
import { webhookService, webhookURL } from './client-config.ts';
import { matchConditions } from './match-conditions.ts';
import { FAILURE_POLICIES, MATCH_POLICIES, rule } from './rules.ts';

const WEBHOOKS = Path.of('webhooks');
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const REINVOCATION = ['IfNeeded', 'Never'];

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

interface Configuration {
  readonly webhooks?: readonly Webhook[] | null;
}

/** What an older object may keep. */
interface Options {
  readonly ignoreMatchConditions: boolean;
  readonly requireNoSideEffects: boolean;
  readonly requireKnownReviewVersion: boolean;
  readonly requireUniqueNames: boolean;
  readonly allowInvalidLabelValue: boolean;
}

const STRICT: Options = {
  ignoreMatchConditions: false,
  requireNoSideEffects: true,
  requireKnownReviewVersion: true,
  requireUniqueNames: true,
  allowInvalidLabelValue: false,
};

function reviewVersions(versions: readonly string[], mustBeKnown: boolean, path: Path): FieldError[] {
  if (versions.length === 0) return [required(path, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)];
  const isKnown = versions.some((v) => REVIEW_VERSIONS.includes(v));
  return [
    ...versions.flatMap((v, i) =>
      versions.indexOf(v) < i ? [invalid(path.index(i), v, 'duplicate version')] : each(path.index(i), v, isDNS1035Label(v)),
    ),
    ...(mustBeKnown && !isKnown ? [invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)] : []),
  ];
}

/** Upstream takes the name of a service for its namespace here, and the reverse. */
function clientConfig({ url, service }: WebhookClientConfig, path: Path): FieldError[] {
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  if (url !== undefined) return webhookURL(url, path.child('url'));
  return service ? webhookService({ ...service, name: service.namespace, namespace: service.name }, path.child('service')) : [];
}

function sideEffects(value: string | undefined, allowed: readonly string[], path: Path): FieldError[] {
  if (value === undefined) return [required(path, `must specify one of ${allowed.join(', ')}`)];
  return allowed.includes(value) ? [] : [notSupported(path, value, allowed)];
}

const choice = (value: string | undefined, supported: readonly string[], path: Path): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

function timeout(seconds: number | undefined, path: Path): FieldError[] {
  return seconds !== undefined && (seconds > 30 || seconds < 1)
    ? [invalid(path, seconds, 'the timeout value must be between 1 and 30 seconds')]
    : [];
}

function webhook(hook: Webhook, options: Options, path: Path): FieldError[] {
  const { allowInvalidLabelValue } = options;
  return [
    ...isFullyQualifiedName(path.child('name'), hook.name ?? ''),
    ...(hook.rules ?? []).flatMap((r, i) => rule(r, path.child('rules').index(i))),
    ...choice(hook.failurePolicy, FAILURE_POLICIES, path.child('failurePolicy')),
    ...choice(hook.matchPolicy, MATCH_POLICIES, path.child('matchPolicy')),
    ...sideEffects(hook.sideEffects ?? undefined, options.requireNoSideEffects ? NO_SIDE_EFFECTS : SIDE_EFFECTS, path.child('sideEffects')),
    ...timeout(hook.timeoutSeconds, path.child('timeoutSeconds')),
    ...labelSelector(hook.namespaceSelector, path.child('namespaceSelector'), { allowInvalidLabelValue }),
    ...labelSelector(hook.objectSelector, path.child('objectSelector'), { allowInvalidLabelValue }),
    ...choice(hook.reinvocationPolicy, REINVOCATION, path.child('reinvocationPolicy')),
    ...clientConfig(hook.clientConfig ?? {}, path.child('clientConfig')),
    ...(options.ignoreMatchConditions ? [] : matchConditions(hook.matchConditions, path.child('matchConditions'))),
    ...reviewVersions(hook.admissionReviewVersions ?? [], options.requireKnownReviewVersion, path.child('admissionReviewVersions')),
  ];
}

function check({ webhooks }: Configuration, options: Options): FieldError[] {
  const hooks = webhooks ?? [];
  const names = hooks.map((h) => h.name);
  return hooks.flatMap((hook, i) => {
    const path = WEBHOOKS.index(i);
    const isRepeated = options.requireUniqueNames && hook.name && names.indexOf(hook.name) < i;
    return [...webhook(hook, options, path), ...(isRepeated ? [duplicate(path.child('name'), hook.name)] : [])];
  });
}

function optionsOf(next: Configuration, old: Configuration): Options {
  const [hooks, before] = [next.webhooks ?? [], old.webhooks ?? []];
  const knows = (h: Webhook): boolean =>
    (h.admissionReviewVersions ?? []).length === 0 || (h.admissionReviewVersions ?? []).some((v) => REVIEW_VERSIONS.includes(v));
  return {
    ignoreMatchConditions:
      hooks.length === before.length && hooks.every((h, i) => semanticEqual(h.matchConditions, before[i]?.matchConditions)),
    requireNoSideEffects: before.every((h) => NO_SIDE_EFFECTS.includes(h.sideEffects ?? '')),
    requireKnownReviewVersion: before.every(knows),
    requireUniqueNames: new Set(before.map((h) => h.name)).size === before.length,
    allowInvalidLabelValue: before.some(
      (h) => labelSelector(h.namespaceSelector, WEBHOOKS).length + labelSelector(h.objectSelector, WEBHOOKS).length > 0,
    ),
  };
}

export const validateValidatingWebhookConfiguration = (c: ValidatingWebhookConfiguration): ErrorList => check(c, STRICT);
export const validateValidatingWebhookConfigurationUpdate = (
  c: ValidatingWebhookConfiguration,
  old: ValidatingWebhookConfiguration,
): ErrorList => check(c, optionsOf(c, old));
export const validateMutatingWebhookConfiguration = (c: MutatingWebhookConfiguration): ErrorList => check(c, STRICT);
export const validateMutatingWebhookConfigurationUpdate = (c: MutatingWebhookConfiguration, old: MutatingWebhookConfiguration): ErrorList =>
  check(c, optionsOf(c, old));
