/** TokenReviews. Behaves like upstream pkg/registry/authentication/tokenreview. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import { defineResource } from '../generic/define.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { RequestContext } from '../generic/context.ts';
import { userInfoOf } from './user.ts';

interface Answer {
  readonly user?: UserInfo;
  readonly audiences?: readonly string[];
  readonly error?: string;
}

async function ask(token: string, audiences: readonly string[], ctx: RequestContext): Promise<Answer> {
  try {
    return (await ctx.tokens?.review(token, audiences)) ?? {};
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

export default defineResource<authentication.TokenReview>(authentication.TokenReview, {
  backing: {
    verbs: ['create'],
    async create(review, ctx) {
      const { token = '', audiences = [] } = review.spec;
      if (token === '') throw newBadRequest('token is required for TokenReview in authentication');
      const { user, audiences: granted, error } = await ask(token, audiences, ctx);
      const given = review.status ?? {};
      review.status = {
        ...given,
        ...(error !== undefined && { error }),
        user: user ? userInfoOf(user) : (given.user ?? {}),
        ...(user && { audiences: [...(granted ?? [])] }),
      };
      if (user) review.status.authenticated = true;
      else delete review.status.authenticated;
      if (review.status.audiences?.length === 0) delete review.status.audiences;
      return review as unknown as Obj;
    },
  },
});
