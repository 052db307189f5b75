/** The settings of a single-process cluster's API server. */
import type { ApiServerSettings } from './api-server.ts';
import type { ClusterConfig } from './options.ts';
import type { Pki } from './pki/pki.ts';

export const FRONT_PROXY_HEADERS = {
  usernameHeaders: ['x-remote-user'],
  uidHeaders: ['x-remote-uid'],
  groupHeaders: ['x-remote-group'],
  extraHeaderPrefixes: ['x-remote-extra-'],
};
export const SERVICE_ACCOUNT_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** `nodeAddress`: where nodes and pods reach this machine, when they are no processes like others. */
export function settingsOf(config: ClusterConfig, pki: Pki, nodeAddress?: string): ApiServerSettings {
  return {
    bindAddress: config.bindAddress,
    port: config.port,
    advertiseAddress: nodeAddress ?? (config.bindAddress === '0.0.0.0' ? '127.0.0.1' : config.bindAddress),
    ...(nodeAddress !== undefined && config.bindAddress !== '0.0.0.0' && { alsoListenOn: [nodeAddress] }),
    serving: pki.server,
    clientCA: pki.ca.cert,
    requestHeader: { ca: pki.frontProxyCa.cert, allowedNames: ['front-proxy-client'], ...FRONT_PROXY_HEADERS },
    kubeletClient: { ...pki.kubeletClient, ca: pki.ca.cert },
    kubeletAddressTypes: ['InternalIP', 'Hostname'],
    serviceAccounts: { signingKey: pki.serviceAccount.privateKey, issuers: [SERVICE_ACCOUNT_ISSUER] },
    bootstrapTokens: true,
    authorizationModes: ['Node', 'RBAC'],
    serviceCIDRs: config.serviceClusterIPRange.split(','),
    admission: { enable: ['NodeRestriction', ...config.enableAdmissionPlugins], disable: config.disableAdmissionPlugins },
    keyPrefix: config.etcd?.prefix ?? '/registry',
  };
}
