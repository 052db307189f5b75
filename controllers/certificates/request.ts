/** What a certificate request asks for, and whether a kubelet may ask for it. Behaves like upstream pkg/apis/certificates/helpers.go. */
import 'reflect-metadata';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { API_CLIENT, KUBELET_CLIENT, KUBELET_SERVING, type Csr } from './csr.ts';

export interface ParsedRequest {
  readonly raw: Pkcs10CertificateRequest;
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Kinds of alternative names that are there: dns, ip, email, url. */
  readonly names: ReadonlySet<string>;
}

export function alternativeNames(raw: Pkcs10CertificateRequest): SubjectAlternativeNameExtension | undefined {
  return raw.extensions.find((extension): extension is SubjectAlternativeNameExtension => extension instanceof SubjectAlternativeNameExtension);
}

/** Throws when the bytes are no request. */
export function parseRequest(csr: Csr): ParsedRequest {
  const pem = atob(csr.spec.request ?? '');
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const raw = new Pkcs10CertificateRequest(pem);
  const subject = raw.subjectName.toJSON();
  const values = (field: string): string[] => subject.flatMap((part) => part[field] ?? []);
  const san = alternativeNames(raw);
  return { raw, commonName: values('CN')[0] ?? '', organizations: values('O'), names: new Set(san?.names.toJSON().map((name) => name.type) ?? []) };
}

function usagesAre(csr: Csr, auth: string): boolean {
  const usages = [...(csr.spec.usages ?? [])].sort().join();
  return usages === ['digital signature', 'key encipherment', auth].sort().join() || usages === ['digital signature', auth].sort().join();
}

/** Why it is no request of a kubelet for a client certificate; undefined: it is. */
export function kubeletClientProblem(csr: Csr, request: ParsedRequest): string | undefined {
  if (request.organizations.join() !== 'system:nodes') return 'subject organization is not system:nodes';
  const kinds: readonly (readonly [string, string])[] = [['dns', 'DNS'], ['email', 'Email'], ['ip', 'IP'], ['url', 'URI']];
  const extra = kinds.find(([kind]) => request.names.has(kind));
  if (extra) return `${extra[1]} subjectAltNames are not allowed`;
  if (!request.commonName.startsWith('system:node:')) return 'subject common name does not begin with system:node:';
  return usagesAre(csr, 'client auth') ? undefined : 'usages did not match [client auth digital signature key encipherment]';
}

export function kubeletServingProblem(csr: Csr, request: ParsedRequest): string | undefined {
  if (request.organizations.join() !== 'system:nodes') return 'subject organization is not system:nodes';
  if (!request.names.has('dns') && !request.names.has('ip')) return 'DNS or IP subjectAltName is required';
  if (request.names.has('email')) return 'Email subjectAltNames are not allowed';
  if (request.names.has('url')) return 'URI subjectAltNames are not allowed';
  if (!usagesAre(csr, 'server auth')) return 'usages did not match [digital signature key encipherment server auth]';
  return request.commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:';
}

function apiClientProblem(csr: Csr): string | undefined {
  const usages = csr.spec.usages ?? [];
  const wrong = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** Why the signer that the request names must refuse it; undefined: it may sign. */
export function signerProblem(csr: Csr, request: ParsedRequest): string | undefined {
  switch (csr.spec.signerName) {
    case KUBELET_CLIENT:
      return kubeletClientProblem(csr, request);
    case KUBELET_SERVING:
      return kubeletServingProblem(csr, request);
    case API_CLIENT:
      return apiClientProblem(csr);
    default:
      return undefined;
  }
}
