/** Users by client certificate: CN is the name, O the groups. Behaves like upstream apiserver/pkg/authentication/request/x509. */
import type { Connection, MaybePromise } from '../../apimachinery/http.ts';
import { hex, subjectOf } from './certificate-subject.ts';
import type { AuthenticatedUser, RequestAuthenticator } from './interface.ts';

/** Whether a chain (DER, leaf first) leads to one of some authorities. TLS verified it against all of them together. */
export type VerifyChain = (chain: readonly Uint8Array[]) => boolean;

/** Throws for a certificate that no authority vouches for. A connection's certificate is read once. */
export function clientCertificates(verify: VerifyChain): RequestAuthenticator {
  const known = new WeakMap<Connection, MaybePromise<AuthenticatedUser | undefined>>();
  return {
    name: 'client-certificate',
    authenticate({ connection }) {
      if (connection.peerCertificates.length === 0 && connection.certificateError === undefined) return undefined;
      if (known.has(connection)) return known.get(connection);
      const user = userOf(connection, verify);
      known.set(connection, user);
      return user.then((found) => {
        known.set(connection, found);
        return found;
      });
    },
  };
}

async function userOf({ peerCertificates, certificateError }: Connection, verify: VerifyChain): Promise<AuthenticatedUser | undefined> {
  if (certificateError !== undefined) throw new Error(`verifying certificate failed: ${certificateError}`);
  const [leaf] = peerCertificates;
  if (!leaf || !verify(peerCertificates)) throw new Error('verifying certificate failed: certificate signed by unknown authority');
  const { commonName, organizations, uid } = subjectOf(leaf);
  if (commonName === '') return undefined;
  const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', leaf)));
  return { user: { name: commonName, uid, groups: organizations, extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${digest}`] } } };
}
