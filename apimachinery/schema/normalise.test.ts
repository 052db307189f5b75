import { describe, expect, it } from '@jest/globals';
import { encodeJson } from '../serializer/json.ts';
import { builtinStruct } from './builtin.ts';
import { decodeObject, decodeObjectJson, normalise, type Decoded } from './normalise.ts';

const utf8 = new TextEncoder();
const CORE = 'io.k8s.api.core.v1';
const struct = (name: string): ReturnType<typeof builtinStruct> => builtinStruct(`${CORE}.${name}`);
const decode = (name: string, text: string): Decoded => decodeObjectJson(struct(name), utf8.encode(text));
const text = (name: string, json: string): string => {
  const { object, errors } = decode(name, json);
  return errors.length > 0 ? String(errors[0]) : encodeJson(object);
};

describe('what a typed object looks like after decoding', () => {
  it.each([
    ['writes zero values that Go writes', 'Pod', '{}', '{"metadata":{},"spec":{"containers":null},"status":{}}'],
    [
      'orders fields as Go does and map keys by bytes',
      'ConfigMap',
      '{"data":{"b":"2","a":"1"},"metadata":{"namespace":"d","name":"n"},"kind":"ConfigMap"}',
      '{"kind":"ConfigMap","metadata":{"name":"n","namespace":"d"},"data":{"a":"1","b":"2"}}',
    ],
    [
      'drops zero values that Go drops',
      'ConfigMap',
      '{"metadata":{"name":"","labels":{},"finalizers":[],"creationTimestamp":null},"data":null}',
      '{"metadata":{}}',
    ],
    [
      'keeps zero values behind pointers',
      'ConfigMap',
      '{"metadata":{"deletionGracePeriodSeconds":0},"immutable":false}',
      '{"metadata":{"deletionGracePeriodSeconds":0},"immutable":false}',
    ],
    [
      'makes quantities canonical, numbers too',
      'ResourceQuota',
      '{"spec":{"hard":{"cpu":"1000m","memory":"1024Mi","pods":10,"x":1e3,"y":0.5}}}',
      '{"metadata":{},"spec":{"hard":{"cpu":"1","memory":"1Gi","pods":"10","x":"1e3","y":"500m"}},"status":{}}',
    ],
    [
      'makes times canonical',
      'ConfigMap',
      '{"metadata":{"creationTimestamp":"2020-01-02T03:04:05.9+02:00"}}',
      '{"metadata":{"creationTimestamp":"2020-01-02T01:04:05Z"}}',
    ],
    ['reads a zero time as none', 'ConfigMap', '{"metadata":{"creationTimestamp":"0001-01-01T00:00:00Z"}}', '{"metadata":{}}'],
    ['makes base64 canonical', 'Secret', '{"data":{"a":"aGk=\\n","b":""}}', '{"metadata":{},"data":{"a":"aGk=","b":""}}'],
    [
      'writes null for an absent time that is no pointer',
      'PodCondition',
      '{}',
      '{"type":"","status":"","lastProbeTime":null,"lastTransitionTime":null}',
    ],
    ['reads numbers and texts where both are allowed', 'ServicePort', '{"port":80,"targetPort":"http"}', '{"port":80,"targetPort":"http"}'],
    [
      'takes a null element of a list of structs for an empty one',
      'PodSpec',
      '{"containers":[null]}',
      '{"containers":[{"name":"","resources":{}}]}',
    ],
    [
      'keeps integers beyond 2^53',
      'PodSpec',
      '{"containers":[],"activeDeadlineSeconds":9007199254740993}',
      '{"containers":[],"activeDeadlineSeconds":9007199254740993}',
    ],
  ])('%s', (_, name, given, want) => {
    expect(text(name, given)).toBe(want);
  });

  it('gives a fresh object and leaves an in-process value alone', () => {
    const given = Object.freeze({
      metadata: Object.freeze({
        labels: Object.freeze({ a: 'b' }),
        managedFields: Object.freeze([Object.freeze({ fieldsV1: Object.freeze({ 'f:a': Object.freeze({}) }) })]),
      }),
      data: undefined,
    });
    const { object } = decodeObject(struct('ConfigMap'), given);
    expect(object).toEqual({ metadata: { labels: { a: 'b' }, managedFields: [{ fieldsV1: { 'f:a': {} } }] } });
    const { metadata } = object as { metadata: { managedFields: { fieldsV1: Record<string, unknown> }[] } };
    expect(Object.isFrozen(metadata.managedFields[0]?.fieldsV1['f:a'])).toBe(false);
  });

  it('keeps __proto__ as an own key of a map', () => {
    const { object } = decode('ConfigMap', '{"data":{"__proto__":"x"}}');
    expect(Object.keys((object as { data: object }).data)).toEqual(['__proto__']);
    expect(encodeJson(object)).toBe('{"metadata":{},"data":{"__proto__":"x"}}');
  });

  it('normalises parts', () => {
    expect(normalise({ kind: 'scalar', is: 'quantity' }, '0.1')).toBe('100m');
    expect(() => normalise(struct('Pod'), { spec: 5 })).toThrow(
      'json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec',
    );
  });
});

describe('values of the wrong type', () => {
  it.each([
    [
      'Pod',
      '{"spec":{"containers":"x"}}',
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'Pod',
      '{"spec":{"containers":[{"name":"a","image":[]}]}}',
      'json: cannot unmarshal array into Go struct field Container.spec.containers.image of type string',
    ],
    [
      'Pod',
      '{"spec":{"automountServiceAccountToken":[]}}',
      'json: cannot unmarshal array into Go struct field PodSpec.spec.automountServiceAccountToken of type bool',
    ],
    [
      'Pod',
      '{"spec":{"volumes":[{"name":"v","emptyDir":5}]}}',
      'json: cannot unmarshal number into Go struct field Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDirVolumeSource',
    ],
    [
      'Pod',
      '{"spec":{"priority":2147483648}}',
      'json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32',
    ],
    ['Pod', '{"spec":{"priority":1.0}}', 'json: cannot unmarshal number 1.0 into Go struct field PodSpec.spec.priority of type int32'],
    [
      'Pod',
      '{"metadata":{"labels":{"a":5}}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'PersistentVolumeClaim',
      '{"spec":{"accessModes":{}}}',
      'json: cannot unmarshal object into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type []v1.PersistentVolumeAccessMode',
    ],
    ['Pod', '5', 'json: cannot unmarshal number into Go value of type v1.Pod'],
    ['Secret', '{"data":{"a":"!"}}', 'illegal base64 data at input byte 0'],
    [
      'ConfigMap',
      '{"metadata":{"creationTimestamp":"yesterday"}}',
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
    ['ConfigMap', '{"metadata":{"creationTimestamp":"2020-02-30T00:00:00Z"}}', 'parsing time "2020-02-30T00:00:00Z": day out of range'],
    [
      'ConfigMap',
      '{"metadata":{"creationTimestamp":5}}',
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    [
      'ResourceQuota',
      '{"spec":{"hard":{"cpu":"much"}}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'Service',
      '{"spec":{"ports":[{"targetPort":1.5}]}}',
      'json: cannot unmarshal number 1.5 into Go struct field ServicePort.spec.ports.targetPort of type int32',
    ],
  ])('names the mistake in %s %s', (name, given, want) => {
    expect(decode(name, given).errors).toEqual([want]);
  });

  it('reports the first mistake, unless a later one ends decoding', () => {
    expect(text('ResourceQuota', '{"metadata":{"name":5,"namespace":6}}')).toContain('ObjectMeta.metadata.name');
    expect(text('ResourceQuota', '{"metadata":{"name":5},"spec":{"hard":{"cpu":"x"}}}')).toContain('quantities must match');
  });
});

describe('what has no type', () => {
  it('may not hold a number that no float holds', () => {
    const { errors } = decodeObjectJson(builtinStruct('io.k8s.api.apps.v1.ControllerRevision'), utf8.encode('{"data":{"a":[1e400]}}'));
    expect(errors).toEqual(['json: cannot unmarshal number 1e400 into Go value of type float64']);
  });
});

describe('strict problems', () => {
  it('finds unknown fields in the order of the document, and case counts', () => {
    const { strict, object } = decode(
      'Pod',
      '{"Spec":{},"spec":{"containers":[{"nam":"a","name":"b"}],"zzz":{"deep":1}},"metadata":{"labels":{"any":"thing"},"foo":1}}',
    );
    expect(strict).toEqual([
      'unknown field "Spec"',
      'unknown field "spec.containers[0].nam"',
      'unknown field "spec.zzz"',
      'unknown field "metadata.foo"',
    ]);
    expect(encodeJson(object)).toBe(
      '{"metadata":{"labels":{"any":"thing"}},"spec":{"containers":[{"name":"b","resources":{}}]},"status":{}}',
    );
  });

  it('finds duplicates; objects given twice are merged, scalars replaced', () => {
    const { strict, object } = decode(
      'ConfigMap',
      '{"metadata":{"name":"a","name":"b"},"data":{"x":"1","x":"2"},"metadata":{"namespace":"n"}}',
    );
    expect(strict).toEqual(['duplicate field "metadata.name"', 'duplicate field "data.x"', 'duplicate field "metadata"']);
    expect(encodeJson(object)).toBe('{"metadata":{"name":"b","namespace":"n"},"data":{"x":"2"}}');
  });

  it('says nothing of free-form parts', () => {
    expect(decode('ConfigMap', '{"metadata":{"managedFields":[{"fieldsV1":{"a":1,"a":2}}]}}').strict).toEqual([]);
  });

  it('says nothing inside the parts of a CRD schema that decode themselves', () => {
    const crd = builtinStruct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(decodeObject(crd, { items: { typo: 1, type: 'string' }, additionalProperties: true })).toEqual({
      object: { items: { type: 'string' }, additionalProperties: true },
      errors: [],
      strict: [],
    });
    expect(decodeObject(crd, { additionalProperties: 5 }).errors).toEqual(['boolean or JSON schema expected']);
  });

  it('reports at most 100 problems', () => {
    const given = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, i]));
    expect(decodeObject(struct('Pod'), given).strict).toHaveLength(100);
  });
});
