import { describe, expect, it } from '@jest/globals';
import { parseRequestInfo } from './request-info.ts';

const brief = (method: string, path: string, query = ''): string => {
  const i = parseRequestInfo(method, path, query);
  return [i.isResourceRequest, i.verb, i.apiGroup, i.apiVersion, i.namespace, i.resource, i.subresource, i.name].join(' ');
};

describe('parseRequestInfo', () => {
  const table = [
    { name: 'a list in a namespace', method: 'GET', path: '/api/v1/namespaces/a/pods', want: 'true list  v1 a pods  ' },
    { name: 'a list of all namespaces', method: 'GET', path: '/api/v1/pods', want: 'true list  v1  pods  ' },
    { name: 'one object', method: 'GET', path: '/apis/apps/v1/namespaces/a/deployments/x', want: 'true get apps v1 a deployments  x' },
    { name: 'a subresource', method: 'PUT', path: '/apis/apps/v1/namespaces/a/deployments/x/scale', want: 'true update apps v1 a deployments scale x' },
    { name: 'a namespace itself', method: 'GET', path: '/api/v1/namespaces/a', want: 'true get  v1 a namespaces  a' },
    { name: "a namespace's status", method: 'PUT', path: '/api/v1/namespaces/a/status', want: 'true update  v1 a namespaces status a' },
    { name: 'a collection to delete', method: 'DELETE', path: '/api/v1/namespaces/a/pods', want: 'true deletecollection  v1 a pods  ' },
    { name: 'the deprecated watch path', method: 'GET', path: '/api/v1/watch/namespaces/a/pods/p', want: 'true watch  v1 a pods  p' },
    { name: 'a discovery path', method: 'GET', path: '/apis/apps/v1', want: 'false get      ' },
    { name: 'another path', method: 'POST', path: '/healthz', want: 'false post      ' },
    { name: 'an encoded slash, which parts as any other', method: 'GET', path: '/api/v1/namespaces/a%2Fpods', want: 'true list  v1 a pods  ' },
  ];
  it.each(table)('reads $name', ({ method, path, want }) => {
    expect(brief(method, path)).toBe(want);
  });

  it('makes a list with watch=1 a watch, and with watch=false none', () => {
    expect(parseRequestInfo('GET', '/api/v1/pods', 'watch=1').verb).toBe('watch');
    expect(parseRequestInfo('GET', '/api/v1/pods', 'watch').verb).toBe('watch');
    expect(parseRequestInfo('GET', '/api/v1/pods', 'watch=false').verb).toBe('list');
  });

  it('takes the name from a selector that names one object', () => {
    expect(parseRequestInfo('GET', '/api/v1/pods', 'fieldSelector=spec.nodeName%3Dn,metadata.name%3Dp').name).toBe('p');
    expect(parseRequestInfo('GET', '/api/v1/pods', 'fieldSelector=metadata.name!%3Dp').name).toBe('');
  });

  it('refuses a path that cannot be decoded and one that ends behind /watch', () => {
    expect(() => parseRequestInfo('GET', '/api/v1/%zz', '')).toThrow('invalid URL escape');
    expect(() => parseRequestInfo('GET', '/api/v1/watch', '')).toThrow('unable to determine kind and namespace from url');
  });
});
