import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../../apimachinery/meta.ts';
import { FakeClock } from '../../../component-base/clock.ts';
import { Metrics } from '../../../component-base/metrics.ts';
import { seededRand } from '../../../component-base/rand.ts';
import type { Converter } from '../../../registry/generic/definition.ts';
import type { WebhookAnswer, WebhookCall, WebhookTarget } from '../../egress/webhook-client.ts';
import { ConversionMetrics } from './metrics.ts';
import { webhookConverter } from './webhook-converter.ts';

interface Review {
  readonly kind: string;
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Obj[] };
}

const never = new AbortController().signal;
const V2 = { group: 'g', version: 'v2' };
const widget = (name: string, apiVersion = 'g/v1'): Obj => ({ apiVersion, kind: 'Widget', metadata: { name } }) as Obj;
const renamed = (objects: readonly object[]): object[] => objects.map((o) => ({ ...o, apiVersion: 'g/v2' }));

class Webhook {
  readonly asked: Review[] = [];
  readonly targets: WebhookTarget[] = [];
  readonly metrics = new Metrics();
  readonly converter: Converter;
  #answer: (review: Review) => object | Error;

  constructor(answer: (review: Review) => object | Error, conversionReviewVersions = ['v1'], caBundle = '') {
    this.#answer = answer;
    const conversion = { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://hook', caBundle }, conversionReviewVersions } };
    const deps = { webhooks: this, clock: new FakeClock(0), rand: seededRand(1), metrics: new ConversionMetrics(this.metrics) };
    this.converter = webhookConverter({ metadata: { name: 'widgets.g' }, spec: { conversion } } as never, deps) as Converter;
  }

  post(target: WebhookTarget, { body, timeoutSeconds }: WebhookCall): Promise<WebhookAnswer> {
    expect(timeoutSeconds).toBe(30);
    const review = JSON.parse(body) as Review;
    this.asked.push(review);
    this.targets.push(target);
    const answer = this.#answer(review);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ status: 200, contentType: 'application/json', bytes: new TextEncoder().encode(JSON.stringify(answer)) });
  }

  convert(...objects: Obj[]): Promise<readonly Obj[]> {
    return Promise.resolve(this.converter(objects, V2, never));
  }

  async counted(): Promise<string[]> {
    return (await this.metrics.text()).split('\n').filter((line) => line.includes('conversion_webhook') && !line.startsWith('#') && !line.includes('_bucket') && !line.includes('_sum'));
  }
}

const response = (review: Review, convertedObjects: readonly unknown[], more: object = {}): object => ({ kind: review.kind, apiVersion: review.apiVersion, response: { uid: review.request.uid, result: { status: 'Success' }, convertedObjects, ...more } });
const wellBehaved = (review: Review): object => response(review, renamed(review.request.objects));

describe('a conversion webhook', () => {
  it('is asked once for all objects that are of another version', async () => {
    const hook = new Webhook(wellBehaved);
    const converted = await hook.convert(widget('a'), widget('b', 'g/v2'), widget('c', 'g/v3'));
    expect(converted.map((o) => `${o.metadata.name} ${o.apiVersion}`)).toEqual(['a g/v2', 'b g/v2', 'c g/v2']);
    expect(hook.asked).toMatchObject([{ apiVersion: 'apiextensions.k8s.io/v1', request: { desiredAPIVersion: 'g/v2', objects: [{ metadata: { name: 'a' } }, { metadata: { name: 'c' } }] } }]);
  });

  it('is not asked about what is of the version, and what says nothing but its kind', async () => {
    const hook = new Webhook(wellBehaved);
    await hook.convert(widget('a', 'g/v2'), { apiVersion: 'g/v1', kind: 'Widget' } as Obj);
    expect(hook.asked).toEqual([]);
  });

  it('is asked in the first version it knows', async () => {
    const hook = new Webhook(wellBehaved, ['v9', 'v1beta1', 'v1']);
    await hook.convert(widget('a'));
    expect(hook.asked).toMatchObject([{ apiVersion: 'apiextensions.k8s.io/v1beta1' }]);
  });

  it('without a bundle, or with white space for one, is verified by the machine\'s authorities', async () => {
    const hook = new Webhook(wellBehaved, ['v1'], btoa(' \n'));
    await hook.convert(widget('a'));
    expect(hook.targets).toEqual([{ url: 'https://hook', service: undefined }]);
  });

  const FAILURES: readonly { readonly name: string; readonly answer: (review: Review) => object | Error; readonly objects?: readonly Obj[]; readonly want: string; readonly type: string }[] = [
    { name: 'is not reached', answer: () => new Error('Post "https://hook": no'), want: 'conversion webhook for g/v1, Kind=Widget failed: Post "https://hook": no', type: 'call' },
    { name: 'answers in another kind', answer: () => ({ kind: 'Pod', apiVersion: 'v1' }), want: 'conversion webhook for g/v1, Kind=Widget failed: no kind "Pod" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"', type: 'call' },
    { name: 'says that it failed', answer: (r) => response(r, [], { result: { status: 'Failure', message: 'too hard' } }), want: 'conversion webhook for g/v1, Kind=Widget failed: too hard', type: 'malformed_response' },
    { name: 'gives too many objects', answer: (r) => response(r, [{}, {}]), want: 'conversion webhook for g/v1, Kind=Widget returned 2 objects, expected 1', type: 'partial_response' },
    { name: 'gives no object', answer: (r) => response(r, [{}]), want: `Object 'Kind' is missing in '{}'`, type: 'invalid_converted_object' },
    { name: 'gives the same version', answer: (r) => response(r, r.request.objects), want: 'conversion webhook for g/v1, Kind=Widget returned invalid object at index 0: invalid groupVersion (expected g/v2, received g/v1)', type: 'invalid_converted_object' },
    { name: 'gives another object', answer: (r) => response(r, [widget('z', 'g/v2')]), want: 'conversion webhook for g/v1, Kind=Widget returned invalid object: must have the same name: a != z', type: 'invalid_converted_object' },
    { name: 'spoils metadata', answer: (r) => response(r, [{ ...widget('a', 'g/v2'), metadata: { name: 'a', labels: 1 } }]), want: 'conversion webhook for g/v1, Kind=Widget returned invalid metadata: invalid metadata.labels of type int64 in converted object', type: 'invalid_converted_object' },
    { name: 'gives one of several in the wrong version', objects: [widget('a'), widget('b')], answer: (r) => response(r, [widget('a', 'g/v2'), widget('b')]), want: 'conversion webhook for g/v1, Kind=Widget returned invalid converted object at index 1: invalid groupVersion (expected g/v2, received g/v1)', type: 'invalid_converted_object' },
    { name: 'mixes several up', objects: [widget('a'), widget('b')], answer: (r) => response(r, renamed([...r.request.objects].reverse())), want: 'conversion webhook for g/v1, Kind=Widget returned invalid converted object at index 0: must have the same name: a != b', type: 'invalid_converted_object' },
    { name: 'spoils the metadata of one of several', objects: [widget('a'), widget('b')], answer: (r) => response(r, [widget('a', 'g/v2'), { ...widget('b', 'g/v2'), metadata: { name: 'b', labels: 1 } }]), want: 'conversion webhook for g/v1, Kind=Widget returned invalid metadata in object at index 1: invalid metadata.labels of type int64 in converted object', type: 'invalid_converted_object' },
  ];

  it.each(FAILURES)('that $name makes the request fail', async ({ answer, objects = [widget('a')], want, type }) => {
    const hook = new Webhook(answer);
    await expect(hook.convert(...objects)).rejects.toMatchObject({ code: 500, reason: '', message: want });
    expect(await hook.counted()).toContain(`apiserver_conversion_webhook_request_total{result="failure",failure_type="conversion_webhook_${type}_failure"} 1`);
  });

  it('whose reviews are of no known version is not asked', async () => {
    const hook = new Webhook(wellBehaved, ['v9']);
    await expect(hook.convert(widget('a'))).rejects.toMatchObject({ code: 500, message: 'no supported conversion review versions' });
  });

  it('is counted', async () => {
    const hook = new Webhook(wellBehaved);
    await hook.convert(widget('a'));
    expect(await hook.counted()).toEqual([
      'apiserver_crd_conversion_webhook_duration_seconds_count{crd_name="widgets.g",from_version="v1",to_version="v2",succeeded="true"} 1',
      'apiserver_conversion_webhook_request_total{result="success",failure_type=""} 1',
      'apiserver_conversion_webhook_duration_seconds_count{result="success",failure_type=""} 1',
    ]);
  });
});

describe('a definition without a webhook', () => {
  it('asks nobody', () => {
    expect(webhookConverter({ metadata: {}, spec: { conversion: { strategy: 'None' } } } as never, {} as never)).toBeUndefined();
  });
});
