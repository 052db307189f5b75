import { describe, expect, it } from '@jest/globals';
import { httpOptionsOf, type Kubeconfig } from './kubeconfig.ts';

const config = (user: object, cluster: object = {}): Kubeconfig => ({
  'current-context': 'here',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
  users: [{ name: 'u', user }],
  contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'dev' } }, { name: 'broken', context: { cluster: 'x', user: 'u' } }],
});

describe('httpOptionsOf', () => {
  it('reads server, certificates and namespace', () => {
    const { http, namespace } = httpOptionsOf(config({ 'client-certificate-data': btoa('CERT'), 'client-key-data': btoa('KEY') }, { 'certificate-authority-data': btoa('CA') }), '/');
    expect(http).toEqual({ server: 'https://127.0.0.1:6443', tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } });
    expect(namespace).toBe('dev');
  });

  it('reads a token and whom to act as', async () => {
    const { http } = httpOptionsOf(config({ token: 't', as: 'alice' }), '/');
    expect(await http.token?.()).toBe('t');
    expect(http.headers).toEqual({ 'impersonate-user': 'alice' });
  });

  it('reads further servers of the cluster', () => {
    const extensions = [{ name: 'other', extension: {} }, { name: 'k8ts.servers', extension: { servers: ['https://10.0.0.2:6443'] } }];
    expect(httpOptionsOf(config({}, { extensions }), '/').otherServers).toEqual(['https://10.0.0.2:6443']);
    expect(httpOptionsOf(config({}), '/').otherServers).toEqual([]);
  });

  it('says what it lacks or does not support', () => {
    expect(() => httpOptionsOf(config({}), '/', 'broken')).toThrow('the kubeconfig has no cluster named "x"');
    expect(() => httpOptionsOf(config({}), '/', 'nowhere')).toThrow('no context named "nowhere"');
    expect(() => httpOptionsOf(config({ exec: {} }), '/')).toThrow('users with "exec" are not supported');
  });
});
