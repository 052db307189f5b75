import { describe, expect, it } from '@jest/globals';
import * as apps from '../../types/apps.gen.ts';
import * as core from '../../types/core.gen.ts';
import { emptyObject } from './empty-object.ts';

describe('emptyObject', () => {
  it('holds what Go prints of a zero value', () => {
    expect(emptyObject(core.ConfigMap.schema, 'v1', 'ConfigMap')).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    expect(emptyObject(apps.Deployment.schema, 'apps/v1', 'Deployment')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {},
      spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
      status: {},
    });
  });

  it('prints structs although omitempty is set', () => {
    expect(emptyObject(core.Event.schema, 'v1', 'Event')).toMatchObject({
      eventTime: null,
      firstTimestamp: null,
      lastTimestamp: null,
      source: {},
      reportingComponent: '',
    });
  });

  it('knows nothing of custom resources', () => {
    expect(emptyObject({ kind: 'struct', fields: new Map(), unknown: 'keep', merge: 'granular' }, 'x/v1', 'X')).toEqual({
      apiVersion: 'x/v1',
      kind: 'X',
    });
  });
});
