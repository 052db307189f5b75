/** Ingresses. Behaves like upstream pkg/apis/networking/validation/validation.go (ValidateIngressCreate, ValidateIngressUpdate). */
import { orEmpty } from '../../../apimachinery/schema/emptied.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from '../../../apimachinery/types/networking.gen.ts';
import { invalid, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { legacyIP } from '../../core/validation/fields.ts';
import {
  each,
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNum,
  isWildcardDNS1123Subdomain,
  nameIsDNS1035Label,
  nameIsDNSLabel,
  nameIsDNSSubdomain,
} from '../../core/validation/format.ts';
import { parseIP } from '../../core/validation/ip.ts';
import { hostname } from '../../core/validation/load-balancer.ts';
import { objectReference } from './reference.ts';

const SPEC = Path.of('spec');
const CLASS = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

/** What an older object may keep. */
interface Options {
  readonly allowInvalidSecretName: boolean;
  readonly allowInvalidWildcardRule: boolean;
  readonly allowRelaxedServiceName: boolean;
}

const STRICT: Options = { allowInvalidSecretName: false, allowInvalidWildcardRule: false, allowRelaxedServiceName: false };

function host(name: string, path: Path): FieldError[] {
  const rule = name.includes('*') ? isWildcardDNS1123Subdomain : isDNS1123Subdomain;
  return each(path, name, rule(name));
}

function servicePort({ name, number }: { readonly name?: string; readonly number?: number }, backend: Path): FieldError[] {
  const path = backend.child('service', 'port');
  if (name && number) return [invalid(backend, '', 'cannot set both port name & port number')];
  if (name) return each(path.child('name'), name, isValidPortName(name));
  return number ? each(path.child('number'), number, isValidPortNum(number)) : [required(backend, 'port name or number is required')];
}

function backend(b: IngressBackend, path: Path, { allowRelaxedServiceName }: Options): FieldError[] {
  if (b.resource && b.service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (b.resource) return objectReference(b.resource, path.child('resource'));
  if (!b.service) return [invalid(path, '', 'resource or service backend is required')];
  const { name } = b.service;
  const at = path.child('service', 'name');
  const rule = allowRelaxedServiceName ? nameIsDNSLabel : nameIsDNS1035Label;
  return [...(name ? each(at, name, rule(name)) : [required(at)]), ...servicePort(b.service.port ?? {}, path)];
}

function pathText(text: string, type: string, path: Path): FieldError[] {
  const isStrict = type !== 'ImplementationSpecific';
  const relative = !text.startsWith('/') && (isStrict || text !== '') ? [invalid(path, text, 'must be an absolute path')] : [];
  if (!isStrict) return relative;
  return [
    ...relative,
    ...BAD_SEQUENCES.filter((s) => text.includes(s)).map((s) => invalid(path, text, `must not contain '${s}'`)),
    ...BAD_ENDS.filter((s) => text.endsWith(s)).map((s) => invalid(path, text, `cannot end with '${s}'`)),
  ];
}

function httpPath(p: HTTPIngressPath, path: Path, options: Options): FieldError[] {
  const type = p.pathType;
  if (type === undefined || type === null) return [required(path.child('pathType'), 'pathType must be specified')];
  const own = PATH_TYPES.includes(type)
    ? pathText(p.path ?? '', type, path.child('path'))
    : [notSupported(path.child('pathType'), type, PATH_TYPES)];
  return [...own, ...backend(p.backend ?? {}, path.child('backend'), options)];
}

function http(value: IngressRule['http'], path: Path, options: Options): FieldError[] {
  if (!value) return [];
  const paths = value.paths ?? [];
  const at = path.child('http', 'paths');
  return paths.length === 0 ? [required(at)] : paths.flatMap((p, i) => httpPath(p, at.index(i), options));
}

function rule(r: IngressRule, path: Path, options: Options): FieldError[] {
  const name = r.host ?? '';
  const at = path.child('host');
  const skipped = name.includes('*') && options.allowInvalidWildcardRule;
  return [
    ...(parseIP(name) ? [invalid(at, name, 'must be a DNS name, not an IP address')] : []),
    ...(name === '' ? [] : host(name, at)),
    ...(skipped ? [] : http(r.http, path, options)),
  ];
}

const secretNameProblems = ({ secretName }: IngressTLS): readonly string[] => (secretName ? nameIsDNSSubdomain(secretName) : []);

function tls(entry: IngressTLS, path: Path, { allowInvalidSecretName }: Options): FieldError[] {
  return [
    ...(entry.hosts ?? []).flatMap((h, i) => host(h, path.child('hosts').index(i))),
    ...(allowInvalidSecretName ? [] : each(path.child('secretName'), entry.secretName, secretNameProblems(entry))),
  ];
}

function check({ spec }: Ingress, options: Options): FieldError[] {
  const rules = spec.rules ?? [];
  const name = spec.ingressClassName;
  return [
    ...(rules.length === 0 && !spec.defaultBackend
      ? [invalid(SPEC, orEmpty(spec, 'rules', []), 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(spec.defaultBackend ? backend(spec.defaultBackend, SPEC.child('defaultBackend'), options) : []),
    ...rules.flatMap((r, i) => rule(r, SPEC.child('rules').index(i), options)),
    ...(spec.tls ?? []).flatMap((t, i) => tls(t, SPEC.child('tls').index(i), options)),
    ...(name === undefined ? [] : each(SPEC.child('ingressClassName'), name, nameIsDNSSubdomain(name))),
  ];
}

export function validateIngressCreate(ingress: Ingress): ErrorList {
  const annotation = ingress.metadata.annotations?.[CLASS];
  const name = ingress.spec.ingressClassName;
  const differ = annotation !== undefined && name !== undefined && annotation !== name;
  return [
    ...check(ingress, STRICT),
    ...(differ ? [invalid(Path.of('annotations', CLASS), annotation, 'must match `ingressClassName` when both are specified')] : []),
  ];
}

function services({ spec }: Ingress): readonly string[] {
  const backends = [spec.defaultBackend, ...(spec.rules ?? []).flatMap((r) => (r.http?.paths ?? []).map((p) => p.backend))];
  return backends.flatMap((b) => (b?.service ? [b.service.name] : []));
}

function optionsOf(old: Ingress): Options {
  return {
    allowInvalidSecretName: (old.spec.tls ?? []).some((t) => secretNameProblems(t).length > 0),
    allowInvalidWildcardRule: (old.spec.rules ?? []).some((r) => r.host?.includes('*') && http(r.http, SPEC, STRICT).length > 0),
    allowRelaxedServiceName: services(old).some((name) => nameIsDNSLabel(name).length === 0 && nameIsDNS1035Label(name).length > 0),
  };
}

export const validateIngressUpdate = (ingress: Ingress, old: Ingress): ErrorList => check(ingress, optionsOf(old));

export function validateIngressStatusUpdate({ status }: Ingress): ErrorList {
  const path = Path.of('status', 'loadBalancer', 'ingress');
  return (status.loadBalancer?.ingress ?? []).flatMap((entry, i) => [
    ...(entry.ip ? legacyIP(entry.ip, path.index(i).child('ip')) : []),
    ...hostname(entry.hostname, path.index(i).child('hostname')),
  ]);
}
