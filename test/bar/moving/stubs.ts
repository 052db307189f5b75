/** A small valid object of each kind. Whoever needs a service account, an image or a node gets by without. */

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const selector = { matchLabels: { a: 'b' } };
const webhooks = [{ name: 'hook.example.com', clientConfig: { service: { namespace: 'ns', name: 'n' } }, rules: [{ operations: ['CREATE'], apiGroups: ['nowhere.example.com'], apiVersions: ['v1'], resources: ['nothings'] }], failurePolicy: 'Ignore', sideEffects: 'None', admissionReviewVersions: ['v1'] }];
const matchConstraints = { resourceRules: [{ apiGroups: ['nowhere.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'] }] };
const named = (name: string, rest: object = {}): object => ({ metadata: { name, labels: { moving: 'house' } }, ...rest });
const anything = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
const crd = (plural: string, kind: string, group: string, scope: string, versions: readonly string[]): object =>
  named(`${plural}.${group}`, { spec: { group, scope, names: { plural, kind }, versions: versions.map((name, i) => ({ name, served: true, storage: i === 0, schema: anything })) } });

/** By kind. */
export const STUBS: Readonly<Record<string, object>> = {
  ConfigMap: named('stub', { data: { foo: 'bar' }, binaryData: { b: 'AAEC' } }),
  Secret: named('stub', { data: { key: 'ZGF0YSBmaWxl' } }),
  Service: named('stub', { spec: { type: 'LoadBalancer', ports: [{ port: 10_000, targetPort: 11_000 }], selector: { test: 'data' } } }),
  PodTemplate: named('stub', { template }),
  Endpoints: named('stub', { subsets: [{ addresses: [{ hostname: 'bar-001', ip: '192.168.3.1' }], ports: [{ port: 8000 }] }] }),
  ResourceQuota: named('stub', { spec: { hard: { cpu: '5M' } } }),
  LimitRange: named('stub', { spec: { limits: [{ type: 'Pod' }] } }),
  Node: named('stub-node', { spec: { unschedulable: true } }),
  PersistentVolume: named('stub', { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '3M' }, hostPath: { path: '/tmp/test/' } } }),
  PersistentVolumeClaim: named('stub', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2M' } } } }),
  ServiceAccount: named('stub'),
  ReplicationController: named('stub', { spec: { selector: { a: 'b' }, template } }),
  DaemonSet: named('stub', { spec: { selector, template } }),
  Deployment: named('stub', { spec: { selector, template } }),
  StatefulSet: named('stub', { spec: { selector, template, serviceName: 's' } }),
  ReplicaSet: named('stub', { spec: { selector, template } }),
  ControllerRevision: named('stub', { data: { any: { thing: [1, 'two', null] } }, revision: 3 }),
  HorizontalPodAutoscaler: named('stub', { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'cross', apiVersion: 'apps/v1' } } }),
  Job: named('stub', { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }),
  CronJob: named('stub', { spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } } } }),
  CertificateSigningRequest: named('stub', {
    spec: { signerName: 'example.com/signer', usages: ['any'], request: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQnlqQ0NBVE1DQVFBd2dZa3hDekFKQmdOVkJBWVRBbFZUTVJNd0VRWURWUVFJRXdwRFlXeHBabTl5Ym1saApNUll3RkFZRFZRUUhFdzFOYjNWdWRHRnBiaUJXYVdWM01STXdFUVlEVlFRS0V3cEhiMjluYkdVZ1NXNWpNUjh3CkhRWURWUVFMRXhaSmJtWnZjbTFoZEdsdmJpQlVaV05vYm05c2IyZDVNUmN3RlFZRFZRUURFdzUzZDNjdVoyOXYKWjJ4bExtTnZiVENCbnpBTkJna3Foa2lHOXcwQkFRRUZBQU9CalFBd2dZa0NnWUVBcFp0WUpDSEo0VnBWWEhmVgpJbHN0UVRsTzRxQzAzaGpYK1prUHl2ZFlkMVE0K3FiQWVUd1htQ1VLWUhUaFZSZDVhWFNxbFB6eUlCd2llTVpyCldGbFJRZGRaMUl6WEFsVlJEV3dBbzYwS2VjcWVBWG5uVUsrNWZYb1RJL1VnV3NocmU4dEoreC9UTUhhUUtSL0oKY0lXUGhxYVFoc0p1elpidkFkR0E4MEJMeGRNQ0F3RUFBYUFBTUEwR0NTcUdTSWIzRFFFQkJRVUFBNEdCQUlobAo0UHZGcStlN2lwQVJnSTVaTStHWng2bXBDejQ0RFRvMEprd2ZSRGYrQnRyc2FDMHE2OGVUZjJYaFlPc3E0ZmtIClEwdUEwYVZvZzNmNWlKeENhM0hwNWd4YkpRNnpWNmtKMFRFc3VhYU9oRWtvOXNkcENvUE9uUkJtMmkvWFJEMkQKNmlOaDhmOHowU2hHc0ZxakRnRkh5RjNvK2xVeWorVUM2SDFRVzdibgotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0=' },
  }),
  Lease: named('stub', { spec: { holderIdentity: 'holder', leaseDurationSeconds: 5, acquireTime: '2024-01-02T03:04:05.123456Z' } }),
  EndpointSlice: named('stub', { addressType: 'IPv4', ports: [], endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }] }),
  Ingress: named('stub', { spec: { defaultBackend: { service: { name: 'service', port: { number: 5000 } } } } }),
  IngressClass: named('stub', { spec: { controller: 'example.com/controller' } }),
  NetworkPolicy: named('stub', { spec: { podSelector: { matchLabels: { e: 'f' } } } }),
  IPAddress: named('192.168.2.3', { spec: { parentRef: { resource: 'services', name: 'test', namespace: 'ns' } } }),
  ServiceCIDR: named('stub', { spec: { cidrs: ['192.168.0.0/16'] } }),
  PodDisruptionBudget: named('stub', { spec: { selector } }),
  FlowSchema: named('stub', { spec: { priorityLevelConfiguration: { name: 'global-default' } } }),
  PriorityLevelConfiguration: named('stub', { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 3, limitResponse: { type: 'Reject' } } } }),
  VolumeAttachment: named('stub', { spec: { attacher: 'gce', nodeName: 'localhost', source: { persistentVolumeName: 'pv3' } } }),
  VolumeAttributesClass: named('stub', { driverName: 'example.com/driver', parameters: { foo: 'bar' } }),
  StorageClass: named('stub', { provisioner: 'aws' }),
  CSIStorageCapacity: named('stub', { storageClassName: 'sc1', capacity: '1Gi' }),
  CSIDriver: named('stub', { spec: { attachRequired: true } }),
  CSINode: named('stub', { spec: { drivers: [{ name: 'stub', nodeID: 'n', topologyKeys: ['zone'] }] } }),
  RuntimeClass: named('stub', { handler: 'runc', overhead: { podFixed: { cpu: '10m' } } }),
  Role: named('stub', { rules: [{ apiGroups: ['v1'], resources: ['events'], verbs: ['watch'] }] }),
  ClusterRole: named('stub', { rules: [{ nonResourceURLs: ['/version'], verbs: ['get'] }] }),
  RoleBinding: named('stub', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'somecr' }, subjects: [{ kind: 'Group', name: 'system:authenticated', apiGroup: 'rbac.authorization.k8s.io' }] }),
  ClusterRoleBinding: named('stub', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'somecr' }, subjects: [{ kind: 'Group', name: 'nobody', apiGroup: 'rbac.authorization.k8s.io' }] }),
  ValidatingWebhookConfiguration: named('stub', { webhooks }),
  MutatingWebhookConfiguration: named('stub', { webhooks }),
  ValidatingAdmissionPolicy: named('stub', { spec: { matchConstraints, validations: [{ expression: 'true', message: 'Too many replicas' }] } }),
  ValidatingAdmissionPolicyBinding: named('stub', { spec: { policyName: 'stub', validationActions: ['Deny'] } }),
  PriorityClass: named('stub', { value: 1000 }),
  APIService: named('v1.moved.example.com', { spec: { group: 'moved.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, service: { namespace: 'moving-house', name: 'nowhere' } } }),
  DeviceClass: named('stub', { spec: { selectors: [{ cel: { expression: 'true' } }] } }),
  ResourceSlice: named('stub', { spec: { driver: 'driver.example.com', nodeName: 'stub-node', pool: { name: 'pool', resourceSliceCount: 1, generation: 1 }, devices: [{ name: 'd', capacity: { memory: { value: '10Gi' } } }] } }),
  CustomResourceDefinition: crd('foos', 'Foo', 'cr.example.com', 'Namespaced', ['v1', 'v2']),
  Foo: { kind: 'Foo', ...named('stub', { color: 'blue', deep: [{ n: 1.5, t: null, o: {} }] }) },
};
