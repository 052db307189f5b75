/** Defaults of the apps group. Behaves like upstream pkg/apis/apps/v1/defaults.go. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import { defineDefaults } from '../generic/define.ts';

function defaultDeployment({ spec }: apps.Deployment): void {
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    const rolling = (spec.strategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= '25%';
    rolling.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

/** The generation of a DaemonSet's template lives in an annotation since apps/v1: every DaemonSet has it. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function defaultDaemonSet({ spec, metadata }: apps.DaemonSet): void {
  (metadata.annotations ??= {})[TEMPLATE_GENERATION] ??= '0';
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    const rolling = (spec.updateStrategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= 1;
    rolling.maxSurge ??= 0;
  } else if (spec.updateStrategy.rollingUpdate) {
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 0;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function defaultStatefulSet({ spec }: apps.StatefulSet): void {
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) {
    strategy.rollingUpdate.partition ??= 0;
  }
  for (const claim of spec.volumeClaimTemplates ?? []) Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
}

export default [
  defineDefaults(apps.Deployment, defaultDeployment),
  defineDefaults(apps.DaemonSet, defaultDaemonSet),
  defineDefaults(apps.StatefulSet, defaultStatefulSet),
  defineDefaults(apps.ReplicaSet, ({ spec }) => {
    spec.replicas ??= 1;
  }),
];
