/** SelfSubjectReviews: who am I? Behaves like upstream pkg/registry/authentication/selfsubjectreview. */
import type { Obj } from '../../apimachinery/meta.ts';
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { defineResource } from '../generic/define.ts';
import { userInfoOf } from './user.ts';

export default defineResource<authentication.SelfSubjectReview>(authentication.SelfSubjectReview, {
  backing: {
    verbs: ['create'],
    async create({ kind, apiVersion }, ctx) {
      return {
        kind,
        apiVersion,
        metadata: { creationTimestamp: rfc3339(ctx.clock.now()) },
        status: { userInfo: userInfoOf(ctx.user) },
      } as unknown as Obj;
    },
  },
});
