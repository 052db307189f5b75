/** CertificateSigningRequests. Behaves like upstream pkg/apis/certificates/validation/validation.go. */
import type { CertificateSigningRequest } from '../../../apimachinery/types/certificates.gen.ts';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { specDiff } from '../../core/validation/spec-diff.ts';
import { certificateProblem, requestProblem } from './pem.ts';
import { signerName } from './signer-name.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const SPEC = Path.of('spec');
const CONDITIONS = Path.of('status', 'conditions');
const CERTIFICATE = Path.of('status', 'certificate');
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const ONLY_TRUE = ['Approved', 'Denied', 'Failed'];
const SHORTEST = 600;

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

type CSR = CertificateSigningRequest;
type Conditions = NonNullable<CSR['status']['conditions']>;

/** What an older object may keep. */
interface Options {
  readonly bothDecisions: boolean;
  readonly legacySigner: boolean;
  readonly duplicateConditions: boolean;
  readonly emptyCondition: boolean;
  readonly anyCertificate: boolean;
  readonly unknownUsages: boolean;
  readonly duplicateUsages: boolean;
}

const repeats = (list: readonly string[]): boolean => new Set(list).size < list.length;
const text = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('latin1');
const certificateOf = (csr: CSR): string => csr.status.certificate ?? '';

function options(csr: CSR, old?: CSR): Options {
  const conditions = old?.status.conditions ?? [];
  const types = conditions.map((c) => c.type ?? '');
  const usages = old?.spec.usages ?? [];
  return {
    bothDecisions: types.includes('Approved') && types.includes('Denied'),
    legacySigner: old?.spec.signerName === LEGACY_SIGNER,
    duplicateConditions: repeats(types),
    emptyCondition: types.includes(''),
    anyCertificate:
      old !== undefined && (certificateOf(csr) === certificateOf(old) || certificateProblem(text(certificateOf(old))) !== undefined),
    unknownUsages: usages.some((u) => !USAGES.includes(u)),
    duplicateUsages: repeats(usages),
  };
}

function usages(list: readonly string[], given: Options): FieldError[] {
  const path = SPEC.child('usages');
  return [
    ...(list.length === 0 ? [required(path)] : []),
    ...(given.unknownUsages ? [] : list.flatMap((u, i) => (USAGES.includes(u) ? [] : [notSupported(path.index(i), u, USAGES)]))),
    ...(given.duplicateUsages ? [] : list.flatMap((u, i) => (list.indexOf(u) < i ? [duplicate(path.index(i), u)] : []))),
  ];
}

function conditionStatus(type: string, status: string, path: Path): FieldError[] {
  const allowed = ONLY_TRUE.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
  if (status === '') return [required(path)];
  return allowed.includes(status) ? [] : [notSupported(path, status, allowed)];
}

function conditions(list: Conditions, given: Options): FieldError[] {
  const types = list.map((c) => c.type ?? '');
  const other: Readonly<Record<string, string>> = { Approved: 'Denied', Denied: 'Approved' };
  return list.flatMap((c, i) => {
    const type = types[i] ?? '';
    const path = CONDITIONS.index(i);
    const rival = other[type];
    const isRival = !given.bothDecisions && rival !== undefined && types.slice(0, i).includes(rival);
    return [
      ...(type === '' && !given.emptyCondition ? [required(path.child('type'))] : []),
      ...conditionStatus(type, c.status ?? '', path.child('status')),
      ...(isRival ? [invalid(CONDITIONS, type, 'Approved and Denied conditions are mutually exclusive')] : []),
      ...(!given.duplicateConditions && types.indexOf(type) < i ? [duplicate(path.child('type'), type)] : []),
    ];
  });
}

function signer(name: string, given: Options): FieldError[] {
  const path = SPEC.child('signerName');
  if (!given.legacySigner && name === LEGACY_SIGNER)
    return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
  return signerName(name, path);
}

function check(csr: CSR, given: Options): FieldError[] {
  const { spec, status } = csr;
  const seconds = spec.expirationSeconds;
  const problem = requestProblem(text(spec.request ?? undefined));
  const certificate = given.anyCertificate ? undefined : certificateProblem(text(status.certificate));
  return [
    ...(problem === undefined ? [] : [invalid(SPEC.child('request'), spec.request ?? null, problem)]),
    ...usages(spec.usages ?? [], given),
    ...signer(spec.signerName ?? '', given),
    ...(seconds !== undefined && seconds < SHORTEST
      ? [invalid(SPEC.child('expirationSeconds'), seconds, `may not specify a duration less than ${SHORTEST} seconds (10 minutes)`)]
      : []),
    ...conditions(status.conditions ?? [], given),
    ...(certificate === undefined ? [] : [invalid(CERTIFICATE, '<certificate data>', certificate)]),
  ];
}

export const validateRequest = (csr: CSR): ErrorList => check(csr, options(csr));

interface Permissions {
  readonly decides?: boolean;
  readonly signs?: boolean;
}

function decisionChange(type: string, next: Conditions, old: Conditions): FieldError[] {
  if (next.length < old.length || semanticEqual(next, old)) return [];
  if (next.length > old.length) return [forbidden(CONDITIONS, `updates may not add a condition of type ${JSON.stringify(type)}`)];
  return [forbidden(CONDITIONS, `updates may not modify a condition of type ${JSON.stringify(type)}\n${specDiff('[]CertificateSigningRequestCondition', old, next)}`)];
}

function certificateChange(csr: CSR, old: CSR, signs: boolean): FieldError[] {
  if (certificateOf(csr) === certificateOf(old)) return [];
  if (!signs) return [forbidden(CERTIFICATE, 'updates may not set certificate content')];
  return certificateOf(old) === '' ? [] : [forbidden(CERTIFICATE, 'updates may not modify existing certificate content')];
}

function update(csr: CSR, old: CSR, metadata: MetadataErrors, { decides = false, signs = false }: Permissions): FieldError[] {
  const of = (from: CSR, type: string): Conditions => (from.status.conditions ?? []).filter((c) => c.type === type);
  const removed = ONLY_TRUE.filter((type) => of(csr, type).length < of(old, type).length);
  return [
    ...metadata.whole(),
    ...check(csr, options(csr, old)),
    ...removed.map((type) => forbidden(CONDITIONS, `updates may not remove a condition of type ${JSON.stringify(type)}`)),
    ...(decides ? [] : ['Approved', 'Denied'].flatMap((type) => decisionChange(type, of(csr, type), of(old, type)))),
    ...certificateChange(csr, old, signs),
    ...metadata.change(),
  ];
}

type ValidateUpdate = (csr: CSR, old: CSR, ctx: RequestContext, metadata: MetadataErrors) => ErrorList;

export const validateRequestUpdate: ValidateUpdate = (csr, old, _ctx, metadata) => update(csr, old, metadata, {});
export const validateStatusUpdate: ValidateUpdate = (csr, old, _ctx, metadata) => update(csr, old, metadata, { signs: true });
export const validateApprovalUpdate: ValidateUpdate = (csr, old, _ctx, metadata) => update(csr, old, metadata, { decides: true });
