import { describe, expect, it } from '@jest/globals';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import * as autoscaling from '../../apimachinery/types/autoscaling.gen.ts';
import type * as autoscalingV1 from '../../apimachinery/types/autoscaling-v1.gen.ts';
import { told } from '../core/testing/objects.ts';
import { toV2 } from './conversion.ts';
import defaults from './defaults.ts';
import { validateAutoscaler } from './validation/horizontalpodautoscaler.ts';

const spec = (more: object) => ({ maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, ...more });

function decoded(behavior: object): autoscaling.HorizontalPodAutoscaler {
  const given = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec: spec({ behavior }) };
  const hpa = decodeObject(autoscaling.HorizontalPodAutoscaler.schema, given).object as unknown as autoscaling.HorizontalPodAutoscaler;
  for (let i = 0; i < 2; i++) defaults[0]?.apply(hpa);
  return hpa;
}

const MISSING = ['spec.behavior.scaleUp.policies: Required value: must specify at least one Policy'];

describe('scaling rules', () => {
  it('have the default policies when none are given', () => {
    const { behavior } = decoded({ scaleUp: { stabilizationWindowSeconds: 5 } }).spec;
    expect(behavior?.scaleUp).toMatchObject({ stabilizationWindowSeconds: 5, selectPolicy: 'Max', policies: [{ type: 'Pods' }, { type: 'Percent' }] });
    expect(behavior?.scaleDown).toEqual({ selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] });
  });

  it('have none when they are given empty, however often the defaults run', () => {
    expect(told(validateAutoscaler(decoded({ scaleUp: { policies: [] } })))).toEqual(MISSING);
  });

  it('that come in an annotation of v1 must name their policies', () => {
    const annotations = { 'autoscaling.alpha.kubernetes.io/behavior': '{"ScaleUp":{"SelectPolicy":"Disabled"}}' };
    const hpa = toV2({ metadata: { name: 'h', annotations }, spec: spec({}), status: {} } as unknown as autoscalingV1.HorizontalPodAutoscaler);
    defaults[0]?.apply(hpa);
    expect(told(validateAutoscaler(hpa))).toEqual(MISSING);
  });
});
