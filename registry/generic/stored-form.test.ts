import { describe, expect, it } from '@jest/globals';
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { forgetEmpty } from './stored-form.ts';

describe('what a store keeps of a built-in', () => {
  it('takes an empty list that is always printed for none', () => {
    const role = { metadata: { name: 'a', labels: {} }, rules: [] };
    forgetEmpty(rbac.Role.schema)(role);
    expect(role).toEqual({ metadata: { name: 'a', labels: {} }, rules: null });
  });

  it('finds such lists wherever they are', () => {
    const role = { rules: [{ verbs: [], resources: [] }, { verbs: ['get'] }] };
    forgetEmpty(rbac.Role.schema)(role);
    expect(role).toEqual({ rules: [{ verbs: null, resources: [] }, { verbs: ['get'] }] });
  });

  it('leaves maps alone that are only printed when they hold something', () => {
    const config = { data: {} };
    forgetEmpty(core.ConfigMap.schema)(config);
    expect(config).toEqual({ data: {} });
  });
});
