/** Every container pulls its image each time, so that its credentials are checked. Behaves like upstream plugin/pkg/admission/alwayspullimages. */
import { aggregateText, StatusError } from '../../../apimachinery/errors.ts';
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { notSupported, Path, type FieldError } from '../../../apimachinery/validation/field.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';
import { eachContainer, isPodItself } from '../pods.ts';

export default {
  name: 'AlwaysPullImages',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: isPodItself,
  init: () => ({
    admit(a) {
      if (isIgnored(a)) return;
      const { spec } = a.object as unknown as core.Pod;
      for (const { container } of eachContainer(spec)) (container as core.Container).imagePullPolicy = 'Always';
      for (const { image } of spec.volumes ?? []) if (image) image.pullPolicy = 'Always';
    },
    validate(a) {
      if (isIgnored(a)) return;
      const errors = mistakes((a.object as unknown as DeepReadonly<core.Pod>).spec);
      if (errors.length === 0) return;
      const all = errors.map((e) => forbidden(a, aggregateText([e])));
      if (all.length === 1) throw all[0];
      throw new StatusError(500, '', `[${all.map((e) => e.message).join(', ')}]`);
    },
  }),
} satisfies AdmissionPlugin;

function isIgnored(a: Attributes): boolean {
  if (!a.object) return true;
  if (a.operation !== 'UPDATE') return false;
  const images = (pod: unknown): string[] => eachContainer((pod as DeepReadonly<core.Pod>).spec).map(({ container }) => container.image ?? '');
  const old = new Set(images(a.oldObject));
  return images(a.object).every((image) => old.has(image));
}

function mistakes(spec: DeepReadonly<core.PodSpec>): readonly FieldError[] {
  const at = (list: 'containers' | 'initContainers' | 'ephemeralContainers'): FieldError[] =>
    ((spec[list] ?? []) as readonly DeepReadonly<core.Container>[]).flatMap((c, i) =>
      c.imagePullPolicy === 'Always' ? [] : [notSupported(Path.of('spec', list).index(i).child('imagePullPolicy'), c.imagePullPolicy ?? '', ['Always'])],
    );
  const volumes = (spec.volumes ?? []).flatMap(({ image }, i) =>
    !image || image.pullPolicy === 'Always' ? [] : [notSupported(Path.of('spec', 'volumes').index(i).child('image', 'pullPolicy'), image.pullPolicy ?? '', ['Always'])],
  );
  return [...at('initContainers'), ...at('containers'), ...at('ephemeralContainers'), ...volumes];
}
