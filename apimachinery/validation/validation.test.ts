import { describe, expect, it } from '@jest/globals';
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain } from './dns.ts';
import { Path, type FieldError } from './field.ts';
import { isConfigMapKey, isEnvVarName, isValidPortName, isValidPortNum } from './identifiers.ts';
import { getWarningsForCIDR, getWarningsForIP, isValidCIDR, isValidIP, isValidIPForLegacyField, isValidInterfaceAddress } from './ip.ts';
import { isQualifiedName, isValidLabelValue } from './label.ts';
import { nameIsDNSSubdomain } from './names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validateDeleteOptions, validateFieldManager } from './write-options.ts';
import { validateLabelSelector } from './label-selector.ts';

const path = Path.of('p');
const texts = (errors: readonly FieldError[]): string[] => errors.map((e) => `${e.field}: ${e.message}`);

describe('name formats', () => {
  it('accepts what upstream accepts', () => {
    expect(
      [
        isDNS1123Label('a-1'),
        isDNS1123Subdomain('a.b-c'),
        isDNS1035Label('a1'),
        isQualifiedName('example.com/My_Name'),
        isValidLabelValue(''),
        isConfigMapKey('a.B_c'),
        isEnvVarName('.A-1'),
        isValidPortName('http-1'),
        isValidPortNum(65535),
      ].flat(),
    ).toEqual([]);
  });

  it.each([
    [isDNS1123Label('a.b'), ['must not contain dots']],
    [isDNS1123Label('a'.repeat(64)), ['must be no more than 63 characters']],
    [isQualifiedName('/a'), ['prefix part must be non-empty']],
    [isConfigMapKey('..'), ["must not be '..'"]],
    [isValidPortName('-a--'), ['must not contain consecutive hyphens', 'must not begin or end with a hyphen']],
    [isValidPortNum(0), ['must be between 1 and 65535, inclusive']],
    [isValidLabelValue('é'.repeat(32)).slice(0, 1), ['must be no more than 63 bytes']],
    [
      isDNS1123Subdomain('A'),
      [
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
  ])('tells mistakes in upstream’s words (%#)', (got, want) => {
    expect(got).toEqual(want);
  });

  it('allows a dash at the end of a generateName', () => {
    expect(nameIsDNSSubdomain('pod-', true)).toEqual([]);
    expect(nameIsDNSSubdomain('pod-', false)).toHaveLength(1);
  });
});

describe('IP addresses', () => {
  it('wants the canonical form in new fields', () => {
    expect(texts(isValidIP(path, 'FE80::1'))).toEqual(['p: Invalid value: "FE80::1": must be in canonical form ("fe80::1")']);
    expect(texts(isValidIP(path, '01.2.3.4'))).toEqual(['p: Invalid value: "01.2.3.4": must not have leading 0s']);
    expect(texts(isValidIP(path, '::ffff:1.2.3.4'))).toEqual([
      'p: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ]);
    expect(texts(isValidCIDR(path, '10.0.0.1/8'))).toEqual([
      'p: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    ]);
    expect(texts(isValidInterfaceAddress(path, '10.0.0.1/08'))).toEqual([
      'p: Invalid value: "10.0.0.1/08": must be in canonical form ("10.0.0.1/8")',
    ]);
    expect(isValidIP(path, '2001:db8::1')).toEqual([]);
  });

  it('is lenient in older fields, with warnings', () => {
    expect(isValidIPForLegacyField(path, '01.2.3.4')).toEqual([]);
    expect(isValidIPForLegacyField(path, '1.2.3')).toHaveLength(1);
    expect(getWarningsForIP(path, '01.2.3.4')).toEqual([
      'p: non-standard IP address "01.2.3.4" will be considered invalid in a future Kubernetes release: use "1.2.3.4"',
    ]);
    expect(getWarningsForCIDR(path, '10.0.0.1/8')).toEqual([
      'p: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });
});

describe('object metadata', () => {
  const meta = { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' };
  const metadata = Path.of('metadata');

  it('is checked as a whole on creation', () => {
    const errors = validateObjectMeta(
      {
        ...meta,
        name: 'A',
        namespace: '',
        labels: { '-': 'x y' },
        annotations: { 'a/b/c': '' },
        finalizers: ['orphan', 'foregroundDeletion'],
        ownerReferences: [{ apiVersion: '', kind: 'Pod', name: 'x', uid: '' }],
      },
      true,
      nameIsDNSSubdomain,
      metadata,
    );
    expect(errors.map((e) => `${e.type} ${e.field}`)).toEqual([
      'FieldValueInvalid metadata.name',
      'FieldValueRequired metadata.namespace',
      'FieldValueInvalid metadata.labels',
      'FieldValueInvalid metadata.labels',
      'FieldValueInvalid metadata.annotations',
      'FieldValueInvalid metadata.ownerReferences.apiVersion',
      'FieldValueInvalid metadata.ownerReferences.uid',
      'FieldValueInvalid metadata.finalizers',
    ]);
  });

  it('keeps what identifies the object on update', () => {
    const errors = validateObjectMetaUpdate(
      { ...meta, uid: 'v', resourceVersion: '', finalizers: ['x/y'] },
      { ...meta, deletionTimestamp: '2025-01-01T00:00:00Z', generation: 2 },
      metadata,
    );
    expect(texts(errors)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x/y"}',
      'metadata.resourceVersion: Invalid value: "": must be specified for an update',
      'metadata.generation: Invalid value: 0: must not be decremented',
      'metadata.uid: Invalid value: "v": field is immutable',
      'metadata.deletionTimestamp: Invalid value: null: field is immutable',
    ]);
  });

  it('is silent about sound metadata', () => {
    expect(validateObjectMeta({ ...meta, generateName: 'a-' }, true, nameIsDNSSubdomain, metadata)).toEqual([]);
    expect(validateObjectMetaUpdate({ ...meta }, { ...meta, finalizers: [] }, metadata)).toEqual([]);
  });
});

describe('options and selectors', () => {
  it('names an unprintable character and its position', () => {
    expect(texts(validateFieldManager('é\u0007', path))).toEqual(['p: Invalid value: "é\\a": invalid character U+0007 (at position 2)']);
  });

  it('refuses contradictory delete options', () => {
    expect(texts(validateDeleteOptions({ orphanDependents: true, propagationPolicy: 'x' }))).toEqual([
      'propagationPolicy: Invalid value: "x": orphanDependents and deletionPropagation cannot be both set',
      'propagationPolicy: Unsupported value: "x": supported values: "Foreground", "Background", "Orphan", "nil"',
    ]);
  });

  it('checks operators against values', () => {
    expect(
      texts(
        validateLabelSelector(
          {
            matchExpressions: [
              { key: 'a', operator: 'In' },
              { key: 'b', operator: 'Exists', values: ['x'] },
              { key: 'c', operator: '?' },
            ],
          },
          path,
        ),
      ),
    ).toEqual([
      "p.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "p.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'p.matchExpressions[2].operator: Invalid value: "?": not a valid selector operator',
    ]);
  });
});
