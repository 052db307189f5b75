/** Leases. Behaves like upstream pkg/registry/coordination/lease. */
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateLease, validateLeaseUpdate } from './validation/lease.ts';

/** CoordinatedLeaderElection is off. */
function dropElection({ spec }: coordination.Lease, old?: coordination.Lease): void {
  if (old?.spec?.strategy === undefined) delete spec?.strategy;
  if (old?.spec?.preferredHolder === undefined) delete spec?.preferredHolder;
}

export default defineResource<coordination.Lease>(coordination.Lease, {
  sharesUnchanged: true,
  columns: [column('Holder', (lease) => lease.spec?.holderIdentity ?? '')],
  strategy: {
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
    prepareForCreate: (obj) => dropElection(obj),
    prepareForUpdate: dropElection,
    metadata: { finalizers: 'generic', onUpdate: ['change'] },
    validate: validateLease,
    validateUpdate: validateLeaseUpdate,
  },
});
