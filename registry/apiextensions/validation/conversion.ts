/** How the versions of custom resources are converted. Behaves like upstream apiextensions/validation/validation.go. */
import { caBundleProblem } from '../../../apimachinery/validation/ca-bundle.ts';
import { forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { webhookService, webhookURL } from '../../admissionregistration/validation/client-config.ts';
import { oneOf } from '../../core/validation/fields.ts';
import { each, isDNS1035Label } from '../../core/validation/format.ts';
import type { Spec } from './schema-walk.ts';

type Conversion = NonNullable<Spec['conversion']>;
const STRATEGIES = ['None', 'Webhook'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const isKnown = (version: string): boolean => REVIEW_VERSIONS.includes(version);

/** Whether an old definition could be called at all: if not, the new one need not be. */
export function hasKnownReviewVersion(conversion: Conversion | undefined): boolean {
  const versions = conversion?.webhook?.conversionReviewVersions ?? [];
  return versions.length === 0 || versions.some(isKnown);
}

/** Whether an old definition's bundle was as bad: then the new one may be. */
export const hasInvalidCABundle = (conversion: Conversion | undefined): boolean => caBundleProblem(conversion?.webhook?.clientConfig?.caBundle ?? '') !== undefined;

export interface ConversionOptions {
  readonly requireKnownReviewVersion: boolean;
  readonly requireValidCABundle: boolean;
}

export function conversionErrors(conversion: Conversion | undefined, path: Path, { requireKnownReviewVersion, requireValidCABundle }: ConversionOptions): FieldError[] {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  const versions = webhook?.conversionReviewVersions ?? [];
  const errors = oneOf(strategy, STRATEGIES, path.child('strategy'));
  const clientAt = path.child('webhookClientConfig');
  const versionsAt = path.child('conversionReviewVersions');
  if (strategy === 'Webhook')
    return [...errors, ...client(webhook?.clientConfig, clientAt, requireValidCABundle), ...reviewVersions(versions, versionsAt, requireKnownReviewVersion)];
  const unused = 'should not be set when strategy is not set to Webhook';
  return [
    ...errors,
    ...(webhook?.clientConfig ? [forbidden(clientAt, unused)] : []),
    ...(versions.length > 0 ? [forbidden(versionsAt, unused)] : []),
  ];
}

type Client = NonNullable<Conversion['webhook']>['clientConfig'];

function client(config: Client, path: Path, requireValidCABundle: boolean): FieldError[] {
  if (!config) return [required(path, 'required when strategy is set to Webhook')];
  const { caBundle = '' } = config;
  const problem = requireValidCABundle ? caBundleProblem(caBundle) : undefined;
  return [...address(config, path), ...(problem === undefined ? [] : [invalid(path.child('caBundle'), caBundle, problem)])];
}

/** Upstream takes the name of a service for its namespace here, and the reverse. */
function address({ url, service }: NonNullable<Client>, path: Path): FieldError[] {
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  if (url !== undefined) return webhookURL(url, path.child('url'));
  return service ? webhookService({ ...service, name: service.namespace, namespace: service.name }, path.child('service')) : [];
}

function reviewVersions(versions: readonly string[], path: Path, mustBeKnown: boolean): FieldError[] {
  if (versions.length === 0) return [required(path)];
  return [
    ...versions.flatMap((v, i) =>
      versions.indexOf(v) < i ? [invalid(path.index(i), v, 'duplicate version')] : each(path.index(i), v, isDNS1035Label(v)),
    ),
    ...(mustBeKnown && !versions.some(isKnown)
      ? [invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)]
      : []),
  ];
}
