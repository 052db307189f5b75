/** What expressions ask the authorizer during one request: each question once. Behaves like upstream apiserver/pkg/admission/plugin/authorizer/caching_authorizer.go. */
import type { Answer, Ask } from '../../../apimachinery/cel/library/authorizer.ts';
import type { MaybePromise } from '../../../apimachinery/http.ts';
import type { Authorizer, Verdict } from '../../authorization/interface.ts';

/** Ends an evaluation whose answer is still on its way: it is evaluated anew when that has come. */
class AnswerPending extends Error {
  readonly arrival: Promise<void>;
  constructor(arrival: Promise<void>) {
    super('the authorizer has not answered yet');
    this.arrival = arrival;
  }
}

export class Answers {
  readonly #authorizer: Authorizer;
  readonly #known = new Map<string, Answer>();

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  readonly ask: Ask = (question) => {
    const id = JSON.stringify(question);
    const known = this.#known.get(id);
    if (known) return known;
    const verdict = this.#authorizer.authorize(question);
    if (verdict instanceof Promise) throw new AnswerPending(verdict.then((v) => void this.#known.set(id, answerOf(v)), (error: unknown) => void this.#known.set(id, failed(error))));
    const answer = answerOf(verdict);
    this.#known.set(id, answer);
    return answer;
  };

  /** What `evaluate`, a pure function that may ask, comes to; it may run several times. */
  settle<T>(evaluate: () => T): MaybePromise<T> {
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof AnswerPending)) throw error;
      return error.arrival.then(() => this.settle(evaluate));
    }
  }
}

const answerOf = ({ decision, reason, error }: Verdict): Answer => ({ isAllowed: decision === 'allow', reason, ...(error && { error: error.message }) });
const failed = (error: unknown): Answer => ({ isAllowed: false, reason: '', error: error instanceof Error ? error.message : String(error) });
