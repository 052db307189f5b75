import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import type { RequestContext } from '../../registry/generic/context.ts';
import { newAdmissionChain } from './chain.ts';
import type { AdmissionDeps, AdmissionPlugin, AdmissionRequest, Attributes, PluginInstance } from './interface.ts';
import { Reinvocation } from './reinvocation.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const request: AdmissionRequest = { operation: 'CREATE', kind: { group: '', version: 'v1', kind: 'Pod' }, resource: pods, subresource: '', namespace: 'default', name: '' };
const ctx = { dryRun: false, user: { name: 'ada', uid: '', groups: [], extra: {} } } as unknown as RequestContext;
const pod = (): Obj => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web' } }) as unknown as Obj;
const deps = {} as AdmissionDeps;

function plugin(name: string, instance: PluginInstance, more: Partial<AdmissionPlugin> = {}): AdmissionPlugin {
  return { name, handles: () => true, init: () => instance, ...more };
}

function chainOf(...plugins: readonly AdmissionPlugin[]): ReturnType<typeof newAdmissionChain> {
  return newAdmissionChain({ plugins, enabled: plugins.map(({ name }) => name), always: [] }, deps);
}

describe('the admission chain', () => {
  it('answers at once when every plug-in does, and validates by the name that was made', () => {
    const seen: string[] = [];
    const note = (what: string) => (a: Attributes): void => void seen.push(`${what} ${a.name}`);
    const admission = chainOf(plugin('A', { admit: note('admit') }), plugin('B', { validate: note('validate') }))(request, ctx);
    const obj = pod();
    expect(admission.mutate(obj)).toBe(obj);
    expect(admission.validate(obj as never)).toBeUndefined();
    expect(seen).toEqual(['admit ', 'validate web']);
  });

  it('goes on behind a plug-in that takes its time, in order', async () => {
    const seen: string[] = [];
    let goOn = (): void => undefined;
    const slow = { admit: () => new Promise<void>((resolve) => (goOn = resolve)).then(() => void seen.push('slow')) };
    const admission = chainOf(plugin('Slow', slow), plugin('Fast', { admit: () => void seen.push('fast') }))(request, ctx);
    const obj = pod();
    const mutated = admission.mutate(obj);
    expect(seen).toEqual([]);
    goOn();
    expect(await mutated).toBe(obj);
    expect(seen).toEqual(['slow', 'fast']);
  });

  it('stops at the first refusal', () => {
    const seen: string[] = [];
    const refuse = (): never => {
      throw new Error('no');
    };
    const admission = chainOf(plugin('Refusing', { validate: refuse }), plugin('Behind', { validate: () => void seen.push('behind') }))(request, ctx);
    expect(() => admission.validate(pod() as never)).toThrow('no');
    expect(seen).toEqual([]);
  });

  it('asks a plug-in once whether a kind of write concerns it, and leaves it out where it does not', () => {
    const asked: string[] = [];
    const seen: string[] = [];
    const onlyStatus = plugin('Status', { admit: (a) => void seen.push(a.subresource) }, {
      concerns({ operation, subresource }) {
        asked.push(`${operation} ${subresource}`);
        return subresource === 'status';
      },
    });
    const chain = chainOf(onlyStatus);
    for (const subresource of ['', 'status', '', 'status']) void chain({ ...request, subresource }, ctx).mutate(pod());
    void chain({ ...request, resource: { group: '', version: 'v1', resource: 'nodes' } }, ctx).mutate(pod());
    expect(seen).toEqual(['status', 'status']);
    expect(asked).toEqual(['CREATE ', 'CREATE status', 'CREATE ']);
  });

  it('asks all once more when one of them changed what others had seen', async () => {
    const seen: string[] = [];
    const changing = (a: Attributes): Promise<void> => {
      const reinvocation = (a.reinvocation ??= new Reinvocation());
      seen.push('changing');
      if (!reinvocation.isReinvoke) reinvocation.changed();
      return Promise.resolve();
    };
    await chainOf(plugin('First', { admit: () => void seen.push('first') }), plugin('Changing', { admit: changing }))(request, ctx).mutate(pod());
    expect(seen).toEqual(['first', 'changing', 'first', 'changing']);
  });
});
