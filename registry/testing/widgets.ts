/** A small made-up resource for tests: config maps under other rules. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { defineResource, view, type Declaration } from '../generic/define.ts';
import type { ResourceDefinition, Strategy } from '../generic/definition.ts';

/** `rules` are those of the main resource. */
export function widgets(rules: Strategy<core.ConfigMap> = {}, more: Declaration<core.ConfigMap> = {}): ResourceDefinition {
  return defineResource<core.ConfigMap>(core.ConfigMap, { strategy: rules, subresources: { status: view<core.ConfigMap>({}) }, ...more });
}

export function widget(name: string, more: object = {}): { apiVersion: string; kind: string; metadata: never } {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, ...more } as never;
}
