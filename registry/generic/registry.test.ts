import { describe, expect, it } from '@jest/globals';
import * as autoscalingV1 from '../../apimachinery/types/autoscaling-v1.gen.ts';
import * as autoscaling from '../../apimachinery/types/autoscaling.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineDefaults, defineResource, otherVersionOf } from './define.ts';
import type { ResourceDefinition } from './definition.ts';
import { Registry, type RegistryChange } from './registry.ts';

const configMaps = defineResource(core.ConfigMap, { columns: [column('Data', (cm) => Object.keys(cm.data ?? {}).length)] });
const secrets = defineResource(core.Secret);

describe('defineResource', () => {
  it('takes identity, scope and names from the type', () => {
    expect(secrets).toMatchObject({ storedAs: 'secrets', storagePath: 'secrets', scope: 'Namespaced', storageVersion: { group: '', version: 'v1' }, backing: 'stored' });
    expect(secrets.versions[0]).toMatchObject({ plural: 'secrets', singular: 'secret', listKind: 'SecretList', served: true });
  });

  it('orders cells as the columns were recorded and describes them', () => {
    expect(configMaps.versions[0]?.columns.map((c) => [c.name, c.type, c.format])).toEqual([
      ['Name', 'string', 'name'],
      ['Data', 'string', ''],
      ['Age', 'string', ''],
    ]);
    expect(configMaps.versions[0]?.columns[0]?.description).toMatch(/^Name must be unique within a namespace/);
  });

  it('refuses cells of columns that do not exist, and forgotten ones', () => {
    expect(() => defineResource(core.ConfigMap, { columns: [column('Nothing', () => '')] })).toThrow('no column is named Nothing');
    expect(() => defineResource(core.Pod, { columns: [column('Ready', () => '')] })).toThrow('no cell for the columns Status');
  });

  it('serves other versions through their converters', async () => {
    const hpa = defineResource(autoscaling.HorizontalPodAutoscaler, {
      versions: [
        otherVersionOf<autoscaling.HorizontalPodAutoscaler, autoscalingV1.HorizontalPodAutoscaler>({
          type: autoscalingV1.HorizontalPodAutoscaler,
          fromStorage: (v2) => ({ ...v2, spec: { ...v2.spec, targetCPUUtilizationPercentage: 80 } }) as unknown as autoscalingV1.HorizontalPodAutoscaler,
        }),
      ],
    });
    const v1 = hpa.versions[1];
    const [converted] = (await v1?.convert?.([{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: {}, spec: {} } as never], { group: 'autoscaling', version: 'v1' }, new AbortController().signal)) ?? [];
    expect(converted).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 80 } });
  });
});

describe('Registry', () => {
  it('finds a resource by its path and by its kind', () => {
    const registry = new Registry([configMaps, secrets], []);
    expect(registry.byResource({ group: '', version: 'v1', resource: 'configmaps' })?.definition.storedAs).toBe('configmaps');
    expect(registry.byKind({ group: '', version: 'v1', kind: 'Secret' })?.version.plural).toBe('secrets');
    expect(registry.byResource({ group: '', version: 'v2', resource: 'configmaps' })).toBeUndefined();
    expect([registry.hasGroup(''), registry.hasGroup('apps')]).toEqual([true, false]);
  });

  it('refuses a name twice', () => {
    expect(() => new Registry([secrets, secrets], [])).toThrow('secrets is defined twice');
  });

  it('binds the defaults of types, wherever they are embedded', () => {
    const registry = new Registry([defineResource(core.Pod)], [defineDefaults(core.Container, (c) => void (c.imagePullPolicy ??= 'Always'))]);
    const pod = { spec: { containers: [{ name: 'a' }] } } as never;
    registry.byStoredAs('pods')?.versions[0]?.setDefaults(pod);
    expect(pod).toEqual({ spec: { containers: [{ name: 'a', imagePullPolicy: 'Always' }] } });
  });

  it('tells listeners what comes and goes, and forgets what is gone', () => {
    const registry = new Registry([configMaps], []);
    const seen: RegistryChange['type'][] = [];
    const end = registry.onChange((change) => seen.push(change.type));
    const custom: ResourceDefinition = { ...secrets, epoch: 1 };
    registry.add(secrets);
    registry.replace(custom);
    registry.remove('secrets');
    end();
    registry.add(secrets);
    expect(seen).toEqual(['added', 'replaced', 'removed']);
    registry.remove('secrets');
    expect(registry.byKind({ group: '', version: 'v1', kind: 'Secret' })).toBeUndefined();
  });
});
