/**
 * Converts custom resources by asking a webhook: a Converter of registry/generic, over api/egress; ../custom-definition.ts gives it to the versions of a definition.
 * Behaves like upstream apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go.
 */
import { StatusError } from '../../../apimachinery/errors.ts';
import { apiVersionOf, parseApiVersion, type Obj } from '../../../apimachinery/meta.ts';
import { decodeBase64 } from '../../../apimachinery/schema/base64.ts';
import { encodeJson } from '../../../apimachinery/serializer/json.ts';
import { ConversionReview, type CustomResourceDefinition } from '../../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Rand } from '../../../component-base/rand.ts';
import type { Converter } from '../../../registry/generic/definition.ts';
import type { WebhookClient, WebhookTarget } from '../../egress/webhook-client.ts';
import { readReview } from '../../egress/webhook-response.ts';
import { convertedObjects, reviewRequest, reviewVersion } from './conversion-review.ts';
import { checkIdentity, checkKind, objectOf, restoreMetadata } from './converted-object.ts';
import type { ConversionMetrics, FailureType } from './metrics.ts';

export interface WebhookConverterDeps {
  readonly webhooks: Pick<WebhookClient, 'post'>;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly metrics: ConversionMetrics;
}

/** As upstream's client for webhooks has it. */
const TIMEOUT_SECONDS = 30;

/** Undefined: nobody is asked. The converter throws a StatusError (500, without a reason) with upstream's text. */
export function webhookConverter(crd: DeepReadonly<CustomResourceDefinition>, deps: WebhookConverterDeps, timeoutSeconds = TIMEOUT_SECONDS): Converter | undefined {
  const { strategy, webhook } = crd.spec.conversion ?? {};
  if (strategy !== 'Webhook') return undefined;
  const target = targetOf(webhook?.clientConfig ?? {});
  const version = reviewVersion(webhook?.conversionReviewVersions ?? []);
  return async (objects, to, signal) => {
    const desired = apiVersionOf(to);
    const sent = objects.filter((obj) => obj.apiVersion !== desired && !isEmpty(obj));
    const first = sent[0];
    if (!first) return objects;
    if (version === undefined) throw new StatusError(500, '', 'no supported conversion review versions');
    const request = new Request(crd.metadata.name ?? '', first, desired, deps);
    const converted = await request.ask({ target, version, sent, signal, timeoutSeconds });
    const next = converted[Symbol.iterator]();
    return objects.map((obj) => (sent.includes(obj) ? (next.next().value as Obj) : obj));
  };
}

function targetOf({ url, service, caBundle }: DeepReadonly<WebhookTarget>): WebhookTarget {
  return { url, service, ...(caBundle && !isBlank(caBundle) && { caBundle }) };
}

/** Upstream takes white space for no bundle at all. */
function isBlank(caBundle: string): boolean {
  const bytes = decodeBase64(caBundle);
  return bytes instanceof Uint8Array && new TextDecoder().decode(bytes).trim() === '';
}

/** Nothing but apiVersion and kind. */
const isEmpty = (obj: Obj): boolean => Object.keys(obj).length === 2 && 'kind' in obj && 'apiVersion' in obj;

interface Asked {
  readonly target: WebhookTarget;
  readonly version: string;
  /** All of them in another version than the desired one. */
  readonly sent: readonly Obj[];
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
}

/** One question. */
class Request {
  readonly #crd: string;
  readonly #desired: string;
  readonly #deps: WebhookConverterDeps;
  readonly #from: string;
  /** `example.com/v1, Kind=Widget`: how messages name what was to be converted. */
  readonly #named: string;
  readonly #start: number;

  constructor(crd: string, first: Obj, desired: string, deps: WebhookConverterDeps) {
    this.#crd = crd;
    this.#desired = desired;
    this.#deps = deps;
    this.#from = first.apiVersion;
    this.#named = `${first.apiVersion}, Kind=${first.kind}`;
    this.#start = deps.clock.monotonic();
  }

  async ask(asked: Asked): Promise<readonly Obj[]> {
    const { version, sent } = asked;
    const uid = this.#deps.rand.uuid();
    const review = await this.#post(asked, encodeJson(reviewRequest(version, uid, sent as readonly DeepReadonly<Obj>[], this.#desired)));
    const given = this.#checked('conversion_webhook_malformed_response_failure', 'failed: ', () => convertedObjects(version, uid, review));
    if (given.length !== sent.length) throw this.#failure('conversion_webhook_partial_response_failure', `returned ${given.length} objects, expected ${sent.length}`);
    const converted = sent.map((original, i) => this.#converted(original, given[i], sent.length > 1 ? i : undefined));
    this.#count();
    return converted;
  }

  async #post({ target, version, signal, timeoutSeconds }: Asked, body: string): Promise<Partial<ConversionReview>> {
    try {
      const answer = await this.#deps.webhooks.post(target, { body, timeoutSeconds, signal });
      return await readReview(answer, { gvk: { ...ConversionReview.gvk, version }, schema: ConversionReview.schema });
    } catch (error) {
      throw this.#failure('conversion_webhook_call_failure', `failed: ${textOf(error)}`, error);
    }
  }

  /** `index`: among several objects. */
  #converted(original: Obj, given: unknown, index: number | undefined): Obj {
    const place = index === undefined ? '' : ` at index ${index}`;
    const what = index === undefined ? 'object' : 'converted object';
    const check = <T>(text: string | undefined, work: () => T): T => this.#checked('conversion_webhook_invalid_converted_object_failure', text, work);
    const object = check(index === undefined ? undefined : `returned invalid converted object${place}: `, () => objectOf(given));
    check(`returned invalid ${what} at index ${index ?? 0}: `, () => checkKind(object, this.#desired, original.kind));
    check(`returned invalid ${what}${place}: `, () => checkIdentity(original as DeepReadonly<Obj>, object));
    check(`returned invalid metadata${index === undefined ? '' : ` in object${place}`}: `, () => restoreMetadata(original as DeepReadonly<Obj>, object));
    return object as unknown as Obj;
  }

  /** `text`: what stands between the name of what was to be converted and the mistake; undefined: the mistake says it all. */
  #checked<T>(failure: FailureType, text: string | undefined, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (text !== undefined) throw this.#failure(failure, `${text}${textOf(error)}`, error);
      this.#count(failure);
      throw new StatusError(500, '', textOf(error), undefined, error);
    }
  }

  #failure(type: FailureType, text: string, cause?: unknown): StatusError {
    this.#count(type);
    return new StatusError(500, '', `conversion webhook for ${this.#named} ${text}`, undefined, cause);
  }

  #count(failure?: FailureType): void {
    const versionIn = (apiVersion: string): string => parseApiVersion(apiVersion)?.version ?? '';
    const elapsed = this.#deps.clock.monotonic() - this.#start;
    this.#deps.metrics.request({ crd: this.#crd, from: versionIn(this.#from), to: versionIn(this.#desired) }, elapsed, failure);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
