/** SelfSubjectAccessReviews. Behaves like upstream pkg/registry/authorization/selfsubjectaccessreview. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as authorization from '../../apimachinery/types/authorization.gen.ts';
import { defineResource } from '../generic/define.ts';
import { attributesOf, decide } from './review.ts';
import { validateSelfSubjectAccessReview } from './validation/accessreview.ts';

export default defineResource<authorization.SelfSubjectAccessReview>(authorization.SelfSubjectAccessReview, {
  backing: {
    verbs: ['create'],
    async create(review, ctx) {
      const errors = validateSelfSubjectAccessReview(review);
      if (errors.length > 0) throw newInvalid('authorization.k8s.io', '', '', errors);
      review.status = await decide(attributesOf(ctx.user, review.spec), review.spec, ctx);
      return review as unknown as Obj;
    },
  },
});
