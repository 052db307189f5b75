import { describe, expect, it } from '@jest/globals';
import { caBundleProblem } from './ca-bundle.ts';

const pem = (type: string, ...bytes: number[]): string => `-----BEGIN ${type}-----\n${btoa(String.fromCharCode(...bytes))}\n-----END ${type}-----\n`;
const CERTIFICATE = pem('CERTIFICATE', 0x30, 2, 5, 0);
const LONG = pem('CERTIFICATE', 0x30, 0x82, 0, 2, 5, 0);

describe('caBundleProblem', () => {
  it.each([
    { name: 'a certificate', given: CERTIFICATE },
    { name: 'one whose length takes several bytes', given: LONG },
    { name: 'one among others', given: `said first\n${pem('X509 CRL', 1)}${CERTIFICATE}and last` },
    { name: 'nothing', given: '' },
  ])('takes $name', ({ given }) => {
    expect(caBundleProblem(btoa(given))).toBeUndefined();
  });

  it.each([
    { name: 'text', given: 'nonsense', want: 'unable to load root certificates: unable to parse bytes as PEM block' },
    { name: 'white space', given: ' \n', want: 'unable to load root certificates: unable to parse bytes as PEM block' },
    { name: 'another kind of block', given: pem('PRIVATE KEY', 1), want: 'unable to load root certificates: no valid certificate authority data seen' },
    { name: 'a certificate that is none', given: pem('CERTIFICATE', 1, 2, 3), want: 'unable to load root certificates: failed to parse certificate: x509: malformed certificate' },
    { name: 'one that is cut off', given: pem('CERTIFICATE', 0x30, 9, 5, 0), want: 'unable to load root certificates: failed to parse certificate: x509: malformed certificate' },
  ])('refuses $name', ({ given, want }) => {
    expect(caBundleProblem(btoa(given))).toBe(want);
  });
});
