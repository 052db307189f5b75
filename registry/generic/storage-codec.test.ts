import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeProtobuf } from '../../apimachinery/serializer/protobuf/envelope.ts';
import { ConfigMap } from '../../apimachinery/types/core.gen.ts';
import { newTestEngine, type TestEngine } from '../testing/engine.ts';
import { widgets } from '../testing/widgets.ts';
import { builtinCodec } from './storage-codec.ts';

let engine: TestEngine | undefined;
afterEach(() => engine?.close());

describe('builtinCodec', () => {
  it('serves what upstream stored in protobuf, and writes JSON', async () => {
    engine = await newTestEngine([widgets()], { codecFor: builtinCodec });
    const object = { metadata: { name: 'a', namespace: 'default', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' }, data: { k: 'v' } };
    await engine.storage.put('/registry/configmaps/default/a', encodeProtobuf(ConfigMap.schema, object, { apiVersion: 'v1', kind: 'ConfigMap' }), 0);
    const configMaps = engine.stores.of(ConfigMap);
    expect(await configMaps.get({ namespace: 'default', name: 'a' })).toMatchObject({ kind: 'ConfigMap', ...object });
    await configMaps.update({ namespace: 'default', name: 'a' }, (cm) => ({ ...cm, data: { k: 'w' } }));
    const raw = await engine.storage.get('/registry/configmaps/default/a');
    expect(JSON.parse(new TextDecoder().decode(raw?.value))).toMatchObject({ data: { k: 'w' } });
  });
});
