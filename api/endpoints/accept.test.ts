import { describe, expect, it } from '@jest/globals';
import type { Authenticated } from '../../registry/generic/context.ts';
import { inputMediaType, negotiate } from './accept.ts';

function request(headers: Record<string, string>, rawQuery = ''): Authenticated {
  return { headers, rawQuery, info: { query: new URLSearchParams(rawQuery) } } as unknown as Authenticated;
}
const accept = (header: string, protobuf = true): object => negotiate(request({ accept: header }), { protobuf });

describe('negotiate', () => {
  it('answers in JSON when nothing is asked for', () => {
    expect(negotiate(request({}), { protobuf: true })).toEqual({ mediaType: 'application/json', pretty: false });
    expect(accept('*/*')).toEqual({ mediaType: 'application/json', pretty: false });
  });

  it('takes the clause of the highest quality that it can serve', () => {
    expect(accept('text/html, application/yaml;q=0.5, application/vnd.kubernetes.protobuf;q=0.9')).toMatchObject({ mediaType: 'application/vnd.kubernetes.protobuf' });
    expect(accept('application/vnd.kubernetes.protobuf,application/json', false)).toMatchObject({ mediaType: 'application/json' });
  });

  it('falls back to the next clause when a conversion is not known', () => {
    expect(accept('application/json;as=Chair;v=v1;g=meta.k8s.io, application/json')).toEqual({ mediaType: 'application/json', pretty: false });
    expect(accept('application/json;as=Table;v=v1;g=meta.k8s.io,application/json')).toMatchObject({ as: { kind: 'Table', version: 'v1' } });
  });

  it.each([
    ['*/*, application/yaml', 'application/yaml'],
    ['*/*;q=0.9, application/yaml;q=0.5', 'application/yaml'],
    ['application/yaml;q=0.5, */*;q=0.9', 'application/json'],
    ['application/json;q=0.1, application/yaml', 'application/yaml'],
    ['application/json;q=x, application/yaml;q=0.1', 'application/yaml'],
    ['application/json/x, application/yaml', 'application/yaml'],
    ['*', 'application/json'],
  ])('tries %s in the order of upstream’s sorting', (header, mediaType) => {
    expect(accept(header)).toMatchObject({ mediaType });
  });

  it('converts nothing where there is one form', () => {
    expect(() => negotiate(request({ accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }), { protobuf: true, asIs: true })).toThrow('only the following media types');
  });

  it('gives no table in protobuf', () => {
    expect(() => accept('application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io')).toThrow(
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });

  it('gives no table of what has none', () => {
    const header = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect(() => negotiate(request({ accept: header }), { protobuf: true, table: false })).toThrow('only the following media types are accepted');
    expect(negotiate(request({ accept: `${header},application/json` }), { protobuf: true, table: false })).toEqual({ mediaType: 'application/json', pretty: false });
  });

  it('prints for humans when asked or when a browser or curl asks', () => {
    expect(negotiate(request({ 'user-agent': 'curl/8' }), { protobuf: true })).toMatchObject({ pretty: true });
    expect(negotiate(request({ 'user-agent': 'curl/8' }, 'pretty=0'), { protobuf: true })).toMatchObject({ pretty: false });
    expect(negotiate(request({}, 'pretty=true'), { protobuf: true })).toMatchObject({ pretty: true });
  });
});

describe('inputMediaType', () => {
  it('reads a body without a type as JSON and leaves parameters aside', () => {
    expect(inputMediaType(request({}))).toBe('application/json');
    expect(inputMediaType(request({ 'content-type': 'application/yaml; charset=utf-8' }))).toBe('application/yaml');
  });

  it('refuses parameters that are none', () => {
    expect(() => inputMediaType(request({ 'content-type': 'application/json;charset' }))).toThrow('unknown format');
    expect(inputMediaType(request({ 'content-type': 'application/json;' }))).toBe('application/json');
  });

  it('names what it accepts when it refuses', () => {
    expect(() => inputMediaType(request({ 'content-type': 'text/plain' }))).toThrow(
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });
});
