/** ComponentStatuses: what the server sees of its companions. Behaves like upstream pkg/registry/core/componentstatus. */
import { newNotFound } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource } from '../generic/define.ts';

const WARNING = 'v1 ComponentStatus is deprecated in v1.19+';
/** They run with this server, or are reached through its store: when it answers, so do they. */
const COMPONENTS = ['controller-manager', 'scheduler', 'etcd-0'];

const healthy = (condition: { readonly type: string }): boolean => condition.type === 'Healthy';
const statusOf = (name: string): Obj => ({
  apiVersion: 'v1',
  kind: 'ComponentStatus',
  metadata: { name } as core.ComponentStatus['metadata'],
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

export default defineResource<core.ComponentStatus>(core.ComponentStatus, {
  shortNames: ['cs'],
  columns: [
    column(
      'Status',
      (c) =>
        ({ True: 'Healthy' })[(c.conditions ?? []).find(healthy)?.status ?? ''] ??
        ((c.conditions ?? []).some(healthy) ? 'Unhealthy' : 'Unknown'),
    ),
    column('Message', (c) => (c.conditions ?? []).find(healthy)?.message ?? ''),
    column('Error', (c) => (c.conditions ?? []).find(healthy)?.error ?? ''),
  ],
  backing: {
    verbs: ['get', 'list'],
    async get({ name }, ctx) {
      ctx.warnings.add(WARNING);
      if (!COMPONENTS.includes(name)) throw newNotFound({ group: '', resource: 'componentstatus' }, name);
      return statusOf(name);
    },
    async list(ctx) {
      ctx.warnings.add(WARNING);
      return COMPONENTS.map(statusOf);
    },
  },
});
