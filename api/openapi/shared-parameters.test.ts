import { describe, expect, it } from '@jest/globals';
import { SharedParameters } from './shared-parameters.ts';

const META = '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1';

describe('SharedParameters', () => {
  it("names what is shared as upstream's documents do", () => {
    const shared = new SharedParameters();
    expect(shared.use({ name: 'body', in: 'body', schema: { $ref: `${META}.DeleteOptions` } })).toEqual({ $ref: '#/parameters/body-2Y1dVQaQ' });
    expect(shared.use({ name: 'body', in: 'body', required: true, schema: { $ref: `${META}.Patch` } })).toEqual({ $ref: '#/parameters/body-78PwaGsr' });
    const namespace = { uniqueItems: true, type: 'string', description: 'object name and auth scope, such as for teams and projects', name: 'namespace', in: 'path', required: true };
    expect(shared.use(namespace)).toEqual({ $ref: '#/parameters/namespace-vgWSWtn3' });
    expect(Object.keys(shared.all())).toEqual(['body-2Y1dVQaQ', 'body-78PwaGsr', 'namespace-vgWSWtn3']);
  });

  it('leaves alone what tells operations apart', () => {
    const shared = new SharedParameters();
    const own = [{ name: 'name', in: 'path' }, { name: 'dryRun', in: 'query' }, { name: 'fieldValidation', in: 'query' }, { name: 'body', in: 'body', schema: { $ref: '#/definitions/io.k8s.api.core.v1.Pod' } }];
    expect(own.map((parameter) => shared.use(parameter))).toEqual(own);
    expect(shared.all()).toEqual({});
  });
});
