/** HorizontalPodAutoscalers, stored as autoscaling/v2 and served as v1, too (./conversion.ts). Behaves like upstream pkg/registry/autoscaling/horizontalpodautoscaler. */
import * as autoscaling from '../../apimachinery/types/autoscaling.gen.ts';
import * as autoscalingV1 from '../../apimachinery/types/autoscaling-v1.gen.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { column, defineResource, otherVersionOf, view, type Cell } from '../generic/define.ts';
import { metricsText } from './cells.ts';
import { fromV2, ROUND_TRIP, toV2 } from './conversion.ts';
import { validateAutoscaler, validateAutoscalerStatusUpdate, validateAutoscalerUpdate } from './validation/horizontalpodautoscaler.ts';

const VERSIONS = ['autoscaling/v1', 'autoscaling/v2'];

interface Shared {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
  };
  readonly status: { readonly currentReplicas?: number };
}

const shared: { readonly name: string; cell(h: Shared): unknown }[] = [
  { name: 'Reference', cell: (h) => `${h.spec.scaleTargetRef.kind}/${h.spec.scaleTargetRef.name}` },
  { name: 'MinPods', cell: (h) => (h.spec.minReplicas === undefined ? '<unset>' : String(h.spec.minReplicas)) },
  { name: 'MaxPods', cell: (h) => h.spec.maxReplicas },
  { name: 'Replicas', cell: (h) => h.status.currentReplicas ?? 0 },
];

export default defineResource<autoscaling.HorizontalPodAutoscaler>(autoscaling.HorizontalPodAutoscaler, {
  shortNames: ['hpa'],
  categories: ['all'],
  columns: [
    ...(shared as Cell<autoscaling.HorizontalPodAutoscaler>[]),
    column<autoscaling.HorizontalPodAutoscaler>('Targets', metricsText),
  ],
  strategy: specStrategy<autoscaling.HorizontalPodAutoscaler>(VERSIONS, {
    generation: 'none',
    metadata: { onUpdate: ['change'] },
    validate: validateAutoscaler,
    validateUpdate: validateAutoscalerUpdate,
  }),
  subresources: {
    status: view(statusStrategy<autoscaling.HorizontalPodAutoscaler>(VERSIONS, { validateUpdate: validateAutoscalerStatusUpdate })),
  },
  versions: [
    otherVersionOf<autoscaling.HorizontalPodAutoscaler, autoscalingV1.HorizontalPodAutoscaler>({
      type: autoscalingV1.HorizontalPodAutoscaler,
      columns: [
        ...(shared as Cell<autoscalingV1.HorizontalPodAutoscaler>[]),
        column<autoscalingV1.HorizontalPodAutoscaler>('Targets', (h) =>
          metricsText(toV2(structuredClone(h) as autoscalingV1.HorizontalPodAutoscaler)),
        ),
      ],
      internalAnnotations: ROUND_TRIP,
      fromStorage: fromV2,
      toStorage: toV2,
    }),
  ],
});
