/** The DNS server's view of the cluster, from informers. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { SharedInformers } from '../../client/interface.ts';
import type { DnsView } from './records.ts';

const BY_SERVICE = 'dns/service';

export function informerView(informers: SharedInformers): DnsView {
  const services = informers.informer(core.Service);
  const namespaces = informers.informer(core.Namespace);
  const slices = informers.informer(discovery.EndpointSlice);
  slices.addIndex(BY_SERVICE, (s) => [`${s.metadata.namespace}/${s.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`]);
  return {
    service: (namespace, name) => services.lister.get({ namespace, name }),
    slices: (namespace, service) => slices.lister.byIndex(BY_SERVICE, `${namespace}/${service}`),
    services: () => services.lister.list(),
    hasNamespace: (name) => namespaces.lister.get({ namespace: '', name }) !== undefined,
  };
}
