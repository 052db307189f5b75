/** Scaling behaviour in an annotation of autoscaling/v1: under Go's names of the internal type. Behaves like upstream pkg/apis/autoscaling/v1/conversion.go. */
import { noteEmptied } from '../../apimachinery/schema/emptied.ts';
import type { HPAScalingRules, HorizontalPodAutoscalerBehavior } from '../../apimachinery/types/autoscaling.gen.ts';

interface GoRules {
  StabilizationWindowSeconds: number | null;
  SelectPolicy: string | null;
  Policies: { Type: string; Value: number; PeriodSeconds: number }[] | null;
  Tolerance: string | null;
}

function toGo(rules: HPAScalingRules | undefined): GoRules | null {
  if (!rules) return null;
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies: rules.policies?.map((p) => ({ Type: p.type, Value: p.value, PeriodSeconds: p.periodSeconds })) ?? null,
    Tolerance: rules.tolerance ?? null,
  };
}

function fromGo(rules: Partial<GoRules> | null | undefined): HPAScalingRules | undefined {
  if (!rules) return undefined;
  const { StabilizationWindowSeconds: seconds, SelectPolicy: policy, Policies: policies, Tolerance: tolerance } = rules;
  const read: HPAScalingRules = {
    ...(typeof seconds === 'number' && { stabilizationWindowSeconds: seconds }),
    ...(typeof policy === 'string' && { selectPolicy: policy }),
    ...(Array.isArray(policies) && { policies: policies.map((p) => ({ type: p.Type, value: p.Value, periodSeconds: p.PeriodSeconds })) }),
    ...(typeof tolerance === 'string' && { tolerance }),
  };
  // They do not have the defaults of v2.
  if (!read.policies) noteEmptied(read, 'policies');
  return read;
}

export const behaviorToText = (behavior: HorizontalPodAutoscalerBehavior): string =>
  JSON.stringify({ ScaleUp: toGo(behavior.scaleUp), ScaleDown: toGo(behavior.scaleDown) });

/** Undefined: absent, not readable or empty. */
export function behaviorFromText(text: string | undefined): HorizontalPodAutoscalerBehavior | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as { ScaleUp?: Partial<GoRules> | null; ScaleDown?: Partial<GoRules> | null } | null;
    const scaleUp = fromGo(value?.ScaleUp);
    const scaleDown = fromGo(value?.ScaleDown);
    return scaleUp || scaleDown ? { ...(scaleUp && { scaleUp }), ...(scaleDown && { scaleDown }) } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
