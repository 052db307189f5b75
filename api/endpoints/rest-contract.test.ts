import { afterAll, beforeAll } from '@jest/globals';
import type { ConfigMap } from '../../apimachinery/types/core.gen.ts';
import { newTestEngine, type TestEngine } from '../../registry/testing/engine.ts';
import { runRestContract } from '../../registry/testing/rest-contract.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import { newTestServer, type TestServer } from './testing/rest-server.ts';

const definitions = [widgets({ prepareForCreate: (obj: ConfigMap) => void (obj.metadata.generation = 1) })];
let engine: TestEngine;
let server: TestServer;

beforeAll(async () => {
  engine = await newTestEngine(definitions);
  server = newTestServer(engine);
});
afterAll(() => engine.close());

runRestContract({ definitions, server: () => server, sampleOf: () => ({ data: { key: 'value' } }), namespace: 'default' });
