/** Rights on signers of certificates. Behaves like upstream pkg/certauthorization. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Authorizer } from '../authorization/interface.ts';
import type { Target } from './interface.ts';

export function isCSR({ resource }: Target): boolean {
  return resource.group === 'certificates.k8s.io' && resource.resource === 'certificatesigningrequests';
}

export function signerOf(request: DeepReadonly<Obj> | undefined): string {
  return (request as { spec?: { signerName?: string } } | undefined)?.spec?.signerName ?? '';
}

/** By the signer's name or, for all of its domain, by `domain/*`. */
export async function mayForSigner(authorizer: Authorizer, user: UserInfo, verb: 'approve' | 'sign' | 'attest', signer: string): Promise<boolean> {
  for (const name of [signer, `${signer.split('/')[0] ?? ''}/*`]) {
    const attributes = { user, verb, isResourceRequest: true, namespace: '', apiGroup: 'certificates.k8s.io', apiVersion: '*', resource: 'signers', subresource: '', name, path: '' };
    if ((await authorizer.authorize(attributes)).decision === 'allow') return true;
  }
  return false;
}
