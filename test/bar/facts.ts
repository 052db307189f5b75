/** `npm run bar:facts`: discovery, OpenAPI, table columns and bootstrap objects of a new server beside what upstream's said of itself (K8TS_SHARED/facts). Fails on a difference that facts/absences.ts does not explain. */
import { judged } from './facts/absences.ts';
import { shown, type Difference } from './facts/differences.ts';
import { discoveryDifferences, openapiDifferences } from './facts/documents.ts';
import { bootstrapDifferences, tableDifferences } from './facts/objects.ts';
import { asker, type Asked } from './facts/server.ts';
import { bar, startBarCluster } from './setting.ts';

const PARTS: Readonly<Record<string, (server: Asked) => Promise<Difference[]>>> = { discovery: discoveryDifferences, openapi: openapiDifferences, tables: tableDifferences, bootstrap: bootstrapDifferences };

async function compare(server: Asked): Promise<void> {
  const found: Difference[] = [];
  for (const [part, run] of Object.entries(PARTS)) {
    const of = await run(server);
    console.log(`${part}: ${of.length} differences`);
    found.push(...of);
  }
  const { unexplained, explained } = judged(found);
  for (const [{ at, reason }, count] of explained) console.log(`deliberate: ${at.source} (${count}): ${reason}`);
  for (const difference of unexplained) console.log(shown(difference));
  const stale = [...explained].filter(([, count]) => count === 0);
  console.log(`${unexplained.length} unexplained, ${stale.length} stale reasons`);
  process.exitCode = unexplained.length + stale.length === 0 ? 0 : 1;
}

await bar(async () => {
  const cluster = await startBarCluster('--storage', 'memory', '--components', 'apiserver');
  const server = asker(cluster.kubeconfig);
  try {
    await compare(server);
  } finally {
    await server.close();
    await cluster.stop();
  }
});
