/** PodDisruptionBudgets. Behaves like upstream pkg/registry/policy/poddisruptionbudget. */
import { pathSegmentName } from '../../apimachinery/validation/names.ts';
import * as policy from '../../apimachinery/types/policy.gen.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import {
  validatePodDisruptionBudget,
  validatePodDisruptionBudgetStatusUpdate,
  validatePodDisruptionBudgetUpdate,
} from './validation/poddisruptionbudget.ts';

const amount = (value: number | string | undefined): string => (value === undefined ? 'N/A' : String(value));

export default defineResource<policy.PodDisruptionBudget>(policy.PodDisruptionBudget, {
  shortNames: ['pdb'],
  columns: [
    column('Min Available', (p) => amount(p.spec.minAvailable)),
    column('Max Unavailable', (p) => amount(p.spec.maxUnavailable)),
    column('Allowed Disruptions', (p) => p.status.disruptionsAllowed ?? 0),
  ],
  strategy: specStrategy<policy.PodDisruptionBudget>(['policy/v1'], {
    allowUnconditionalUpdate: false,
    metadata: { onCreate: 'last', onUpdate: [] },
    validateName: pathSegmentName,
    validate: validatePodDisruptionBudget,
    validateUpdate: validatePodDisruptionBudgetUpdate,
  }),
  subresources: {
    status: view(
      statusStrategy<policy.PodDisruptionBudget>(['policy/v1'], {
        allowUnconditionalUpdate: false,
        metadata: { onUpdate: [] },
        validateUpdate: validatePodDisruptionBudgetStatusUpdate,
      }),
    ),
  },
});
