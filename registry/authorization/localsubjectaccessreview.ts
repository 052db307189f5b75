/** LocalSubjectAccessReviews. Behaves like upstream pkg/registry/authorization/localsubjectaccessreview. */
import { newBadRequest, newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as authorization from '../../apimachinery/types/authorization.gen.ts';
import { defineResource } from '../generic/define.ts';
import { attributesOf, decide, userOf } from './review.ts';
import { validateLocalSubjectAccessReview } from './validation/accessreview.ts';

export default defineResource<authorization.LocalSubjectAccessReview>(authorization.LocalSubjectAccessReview, {
  backing: {
    verbs: ['create'],
    async create(review, ctx) {
      const errors = validateLocalSubjectAccessReview(review);
      if (errors.length > 0) throw newInvalid('authorization.k8s.io', '', '', errors);
      const { namespace } = ctx.info;
      if (namespace !== review.metadata?.namespace)
        throw newBadRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
      review.status = await decide(attributesOf(userOf(review.spec), review.spec), review.spec, ctx);
      return review as unknown as Obj;
    },
  },
});
