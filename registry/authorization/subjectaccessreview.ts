/** SubjectAccessReviews. Behaves like upstream pkg/registry/authorization/subjectaccessreview. */
import { newInvalid } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as authorization from '../../apimachinery/types/authorization.gen.ts';
import { defineResource } from '../generic/define.ts';
import { attributesOf, decide, userOf } from './review.ts';
import { validateSubjectAccessReview } from './validation/accessreview.ts';

export default defineResource<authorization.SubjectAccessReview>(authorization.SubjectAccessReview, {
  backing: {
    verbs: ['create'],
    async create(review, ctx) {
      const errors = validateSubjectAccessReview(review);
      if (errors.length > 0) throw newInvalid('authorization.k8s.io', '', '', errors);
      review.status = await decide(attributesOf(userOf(review.spec), review.spec), review.spec, ctx);
      return review as unknown as Obj;
    },
  },
});
