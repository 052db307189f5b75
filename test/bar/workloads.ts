/** What programs.ts rolls out: one of each kind of workload, with a service, a budget and a quota. */

const node = (n: number): string => `apiVersion: v1
kind: Node
metadata:
  name: simulated-${n}
  labels: {kubernetes.io/hostname: simulated-${n}, kubernetes.io/os: linux, topology.kubernetes.io/zone: zone-${n % 2}}
status:
  allocatable: {cpu: '8', memory: 16Gi, pods: '110'}
  capacity: {cpu: '8', memory: 16Gi, pods: '110'}
`;

/** Nodes that nobody's kubelet owns. */
export const NODES = [0, 1, 2].map(node).join('---\n');

const template = (app: string, extra = ''): string => `
    metadata: {labels: {app: ${app}}}
    spec:${extra}
      containers: [{name: ${app}, image: 'registry.k8s.io/${app}:1', resources: {requests: {cpu: 100m, memory: 64Mi}}}]`;

export const WORKLOADS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:${template('web')}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec: {hard: {pods: '50'}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:${template('agent')}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  replicas: 2
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:${template('store')}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 2
  template:${template('once', ' \n      restartPolicy: Never')}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: often}
spec:
  schedule: '*/5 * * * *'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: often, image: 'registry.k8s.io/often:1'}]
`;
