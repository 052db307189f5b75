/** LimitRanges. Behaves like upstream pkg/registry/core/limitrange. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { defineResource } from '../generic/define.ts';
import { validateLimitRange } from './validation/limitrange.ts';

export default defineResource<core.LimitRange>(core.LimitRange, {
  shortNames: ['limits'],
  strategy: {
    allowCreateOnUpdate: true,
    prepareForCreate(obj, ctx) {
      obj.metadata.name ||= ctx.rand.uuid();
    },
    metadata: { onUpdate: ['whole'] },
    validate: validateLimitRange,
    validateUpdate: validateLimitRange,
  },
});
