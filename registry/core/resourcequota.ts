/** ResourceQuotas. Behaves like upstream pkg/registry/core/resourcequota. */
import { parseQuantity } from '../../apimachinery/quantity.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { specStrategy, statusStrategy } from './strategies.ts';
import { validateResourceQuota, validateResourceQuotaStatusUpdate, validateResourceQuotaUpdate } from './validation/resourcequota.ts';

const isLimit = (name: string): boolean => name.startsWith('limits.');

function usage({ status }: DeepReadonly<core.ResourceQuota>, limits: boolean): string {
  return Object.keys(status.hard ?? {})
    .filter((name) => isLimit(name) === limits)
    .sort()
    .map((name) => `${name}: ${status.used?.[name] ?? '0'}/${status.hard?.[name] ?? '0'}`)
    .join(', ');
}

function warnings({ spec: { hard = {} } }: core.ResourceQuota): readonly string[] {
  return ['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) => {
    const plain = resource !== 'ephemeral-storage' && hard[`requests.${resource}`] === undefined;
    const request = plain ? resource : `requests.${resource}`;
    const limit = `limits.${resource}`;
    const [asked, most] = [hard[request], hard[limit]];
    if (asked === undefined || most === undefined || parseQuantity(asked).cmp(parseQuantity(most)) <= 0) return [];
    return [`ResourceQuota ${request} (${asked}) should be less than ${limit} (${most})`];
  });
}

export default defineResource<core.ResourceQuota>(core.ResourceQuota, {
  shortNames: ['quota'],
  columns: [column('Request', (q) => usage(q, false)), column('Limit', (q) => usage(q, true))],
  strategy: specStrategy<core.ResourceQuota>(['v1'], {
    returnDeletedObject: true,
    generation: 'none',
    metadata: { onUpdate: ['change'] },
    validate: validateResourceQuota,
    validateUpdate: validateResourceQuotaUpdate,
    warningsOnCreate: warnings,
  }),
  subresources: { status: view(statusStrategy<core.ResourceQuota>(['v1'], { validateUpdate: validateResourceQuotaStatusUpdate })) },
});
