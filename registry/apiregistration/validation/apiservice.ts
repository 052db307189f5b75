/** APIServices. Behaves like upstream kube-aggregator/pkg/apis/apiregistration/validation/validation.go. */
import type { APIService } from '../../../apimachinery/types/apiregistration.gen.ts';
import { invalid, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isValidPathSegmentName } from '../../../apimachinery/validation/names.ts';
import { dnsSubdomain, requiredText } from '../../core/validation/fields.ts';
import { decodedLength } from '../../core/validation/configmap.ts';
import { each, isDNS1035Label, isValidPortNum } from '../../core/validation/format.ts';

const SPEC = Path.of('spec');
const STATUSES = ['True', 'False', 'Unknown'];

/** The name follows from the spec. */
export function validateAPIServiceName(name: string, _isPrefix: boolean, { spec }: APIService): readonly string[] {
  const wrong = isValidPathSegmentName(name);
  const expected = `${spec.version ?? ''}.${spec.group ?? ''}`;
  return wrong.length > 0 || name === expected ? wrong : [`must be \`spec.version+"."+spec.group\`: ${JSON.stringify(expected)}`];
}

function range(value: number | undefined, most: number, field: string): FieldError[] {
  const n = value ?? 0;
  return n <= 0 || n > most ? [invalid(SPEC.child(field), n, `must be positive and less than ${most}`)] : [];
}

function local({ spec }: APIService): FieldError[] {
  const size = decodedLength(spec.caBundle ?? '');
  return [
    ...(size > 0 ? [invalid(SPEC.child('caBundle'), `${size} bytes`, 'local APIServices may not have a caBundle')] : []),
    ...(spec.insecureSkipTLSVerify
      ? [invalid(SPEC.child('insecureSkipTLSVerify'), true, 'local APIServices may not have insecureSkipTLSVerify')]
      : []),
  ];
}

function remote({ spec }: APIService): FieldError[] {
  const path = SPEC.child('service');
  const port = spec.service?.port ?? 0;
  const problems = isValidPortNum(port);
  return [
    ...requiredText(spec.service?.namespace, path.child('namespace')),
    ...requiredText(spec.service?.name, path.child('name')),
    ...(problems.length > 0 ? [invalid(path.child('port'), port, `port is not valid: ${problems.join(', ')}`)] : []),
    ...(spec.insecureSkipTLSVerify && spec.caBundle
      ? [invalid(SPEC.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present')]
      : []),
  ];
}

export function validateAPIService(service: APIService): ErrorList {
  const { group = '', version = '', groupPriorityMinimum, versionPriority, service: target } = service.spec;
  return [
    ...(group === '' && version !== 'v1'
      ? [required(SPEC.child('group'), 'only v1 may have an empty group and it better be legacy kube')]
      : []),
    ...(group === '' ? [] : dnsSubdomain(group, SPEC.child('group'))),
    ...each(SPEC.child('version'), version, isDNS1035Label(version)),
    ...range(groupPriorityMinimum, 20000, 'groupPriorityMinimum'),
    ...range(versionPriority, 1000, 'versionPriority'),
    ...(target ? remote(service) : local(service)),
  ];
}

export const validateAPIServiceUpdate = (service: APIService, _old: APIService): ErrorList => validateAPIService(service);

export function validateAPIServiceStatusUpdate({ status }: APIService): ErrorList {
  const path = Path.of('status', 'conditions');
  return (status.conditions ?? []).flatMap((c, i) =>
    STATUSES.includes(c.status) ? [] : [notSupported(path.index(i).child('status'), c.status, STATUSES)],
  );
}
