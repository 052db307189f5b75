import { describe, expect, it } from '@jest/globals';
import { isOfFormat } from './formats.ts';

describe('a text', () => {
  it.each([
    ['uri', ['http://a/b', 'mailto:a'], ['http://a b', 'relative/path']],
    ['email', ['a@b.c', 'A B <a.b@c>', '"a b"@c'], ['not-an-email', 'a..b@c', '@c']],
    ['hostname', ['a', 'a-b.example', 'a1'], ['a_b', '-x']],
    ['ipv4', ['1.2.3.4', '01.2.3.4'], ['1.2.3', '::1']],
    ['ipv6', ['::1', '::ffff:1.2.3.4'], ['1.2.3.4', '::g']],
    ['cidr', ['10.0.0.0/8', '::/0'], ['10.0.0.0', '10.0.0.0/33']],
    ['mac', ['01-02-03-04-05-06', '01:02:03:04:05:06:07:08', '0102.0304.0506'], ['00:11:22', '01-02:03-04-05-06']],
    ['uuid', ['0F0E0D0C-0B0A-0908-0706-050403020100'], ['1234']],
    ['uuid4', ['00000000-0000-4000-8000-000000000000'], ['00000000-0000-0000-0000-000000000000']],
    ['isbn', ['0321751043', '978-0321751041', '080442957X'], ['123', '9780321751042']],
    ['creditcard', ['4111 1111 1111 1111'], ['1234 5678', '4111 1111 1111 1112']],
    ['ssn', ['111-11-1111'], ['111', '111111111']],
    ['hexcolor', ['#FFF', 'a0b1c2'], ['#GGG']],
    ['rgbcolor', ['rgb(1,2,3)', 'rgb( 0 , 255 , 9 )'], ['rgb(300,0,0)']],
    ['byte', ['aGk='], ['!!!', '']],
    ['date', ['2020-02-28'], ['2020-02-30']],
    ['duration', ['1h30m', '1 hour', '2 days'], ['abc', '5', '3 x']],
    ['date-time', ['2020-01-01T00:00:00+01:00'], ['2020-01-01 00:00:00', '2020-13-01T00:00:00Z']],
    ['k8s-short-name', ['ok-name'], ['My-Name', 'a.b']],
    ['k8s-long-name', ['a.b.c'], ['A_b', 'a..b']],
    ['password', ['', 'x'], []],
    ['of-nobody', ['x'], []],
  ] as const)('is of the format %s, or is not', (format, right, wrong) => {
    expect([right, wrong].map((texts: readonly string[]) => texts.filter((text) => isOfFormat(format, text)))).toEqual([right, []]);
  });
});
