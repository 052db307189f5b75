/** Names of signers and conditions of certificate requests. Loads no library: ./request.ts and ./sign.ts, which do, are loaded when a request is there. */
import type * as certificates from '../../apimachinery/types/certificates.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Csr = DeepReadonly<certificates.CertificateSigningRequest>;

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
export const API_CLIENT = 'kubernetes.io/kube-apiserver-client';
export const LEGACY = 'kubernetes.io/legacy-unknown';

export function hasCondition(csr: Csr, type: string): boolean {
  return csr.status?.conditions?.some((c) => c.type === type && c.status === 'True') === true;
}
