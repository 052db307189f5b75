import { describe, expect, it } from '@jest/globals';
import { AdmissionReview } from '../../apimachinery/types/admission.gen.ts';
import { readReview } from './webhook-response.ts';

const answer = (body: string, status = 200, contentType = 'application/json'): Parameters<typeof readReview>[0] => ({ status, contentType, bytes: new TextEncoder().encode(body) });

describe('readReview', () => {
  it.each([
    { name: 'a failure in clear text', given: answer('boom\n', 500, 'text/plain'), want: 'an error on the server ("boom") has prevented the request from succeeding' },
    { name: 'a failure in JSON', given: answer('{"a":1}', 500), want: 'an error on the server ("unknown") has prevented the request from succeeding' },
    { name: 'a failure that is a Status', given: answer('{"kind":"Status","apiVersion":"v1","status":"Failure","message":"said so"}', 403), want: 'said so' },
    { name: 'nothing', given: answer(''), want: '0-length response with status code: 200 and content type: application/json' },
    { name: 'text', given: answer('hello'), want: "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string" },
    { name: 'another kind', given: answer('{"kind":"Bar","apiVersion":"foo/v1"}'), want: 'no kind "Bar" is registered for version "foo/v1" in scheme "pkg/runtime/scheme.go:111"' },
    { name: 'another version', given: answer('{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}'), want: 'converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion' },
    { name: 'a field of another type', given: answer('{"response":{"allowed":"yes"}}'), want: 'json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool' },
  ])('refuses $name', async ({ given, want }) => {
    await expect(readReview(given, AdmissionReview)).rejects.toThrow(want);
  });

  it('reads YAML, and what does not say its kind', async () => {
    expect(await readReview(answer('response:\n  uid: u\n  allowed: true\n'), AdmissionReview)).toMatchObject({ response: { uid: 'u', allowed: true } });
  });
});
