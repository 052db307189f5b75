/** Objects as they are after defaulting, for tests of validation. */
import type { Container, Pod, PodSpec, PodTemplateSpec, Service, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import type { FieldError } from '../../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

/** `path: message`, as a Status tells them. */
export const told = (errors: readonly FieldError[]): readonly string[] => errors.map((e) => `${e.field}: ${e.message}`);

/** Of objects whose metadata is right. */
export const goodMetadata: MetadataErrors = { whole: () => [], change: () => [] };

export const container = (own: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'img',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'Always',
  ...own,
});

export const podSpec = (own: Partial<PodSpec> = {}): PodSpec => ({
  containers: [container()],
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  terminationGracePeriodSeconds: 30,
  securityContext: {},
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
  ...own,
});

const metadata = (name: string, own: object = {}): Pod['metadata'] => ({ name, namespace: 'ns', ...own }) as Pod['metadata'];

export const pod = (spec: Partial<PodSpec> = {}, meta: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata('p', meta),
  spec: podSpec(spec),
  status: {},
});

export const template = (spec: Partial<PodSpec> = {}, labels: Readonly<Record<string, string>> = { app: 'a' }): PodTemplateSpec => ({
  metadata: metadata('', { labels }),
  spec: podSpec(spec),
});

export const service = (spec: Partial<ServiceSpec> = {}, meta: object = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata('s', meta),
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.1',
    clusterIPs: ['10.0.0.1'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ...spec,
  },
  status: { loadBalancer: {} },
});

/** For rules that ask nothing but the group of the request. */
export const contextOf = (apiGroup: string): RequestContext => ({ info: { apiGroup } }) as unknown as RequestContext;
