import { describe, expect, it } from '@jest/globals';
import { Metrics, observeDelays } from './metrics.ts';

const linesOf = async (metrics: Metrics): Promise<readonly string[]> => (await metrics.text()).split('\n').filter((line) => line !== '');

describe('Metrics', () => {
  it('counts what is counted under the same labels in one series', async () => {
    const metrics = new Metrics();
    const requests = metrics.counter('requests_total', 'Requests.');
    const gets = requests.with({ verb: 'GET', code: 200 });
    gets.inc();
    gets.inc(2);
    requests.with({ code: 200, verb: 'GET' }).inc();
    requests.with({ verb: 'PUT', code: 409 }).inc();
    expect(await linesOf(metrics)).toEqual(['# HELP requests_total Requests.', '# TYPE requests_total counter', 'requests_total{verb="GET",code="200"} 4', 'requests_total{verb="PUT",code="409"} 1']);
  });

  it('puts an observation into each bucket that may hold it', async () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram('seconds', 'Time.', [0.1, 1]).with({ verb: 'GET' });
    for (const value of [0.1, 0.5, 2]) seconds.observe(value);
    expect(await linesOf(metrics)).toEqual([
      '# HELP seconds Time.',
      '# TYPE seconds histogram',
      'seconds_bucket{le="0.1",verb="GET"} 1',
      'seconds_bucket{le="1",verb="GET"} 2',
      'seconds_bucket{le="+Inf",verb="GET"} 3',
      'seconds_sum{verb="GET"} 2.6',
      'seconds_count{verb="GET"} 3',
    ]);
  });

  it('refuses a name that was registered before', () => {
    const metrics = new Metrics();
    metrics.counter('a', '');
    expect(() => metrics.histogram('a', '', [])).toThrow('has already been registered');
  });

  it('shows the level of a gauge, and asks for that of a function at each scrape', async () => {
    const metrics = new Metrics();
    const running = metrics.gauge('running', 'Running.');
    const level = running.with({ kind: 'a' });
    running.with({ kind: 'b' }).set(1);
    running.remove({ kind: 'b' });
    level.set(5);
    level.add(-2);
    let asked = 0;
    metrics.gaugeOf('asked', 'Asked.', () => ++asked);
    await metrics.text();
    expect((await linesOf(metrics)).filter((line) => !line.startsWith('#'))).toEqual(['running{kind="a"} 3', 'asked 2']);
  });

  it('escapes what labels hold', async () => {
    const metrics = new Metrics();
    metrics.counter('a', 'A.').with({ path: 'x"\n\\' }).inc();
    expect(await metrics.text()).toContain('a{path="x\\"\\n\\\\"} 1');
  });
});

describe('observeDelays', () => {
  it('counts every sample once, those between two percentiles as the longer', () => {
    const seen: [number, number][] = [];
    const percentiles = new Map([[0, 20e6], [50, 21e6], [75, 30e6], [100, 520e6]]);
    observeDelays({ count: 8, percentiles }, { observe: (value, times = 1) => void seen.push([Number(value.toFixed(3)), times]) });
    expect(seen).toEqual([[0.001, 4], [0.01, 2], [0.5, 2]]);
  });

  it('says nothing when nothing was sampled', () => {
    const seen: number[] = [];
    observeDelays({ count: 0, percentiles: new Map([[100, 0]]) }, { observe: (value) => void seen.push(value) });
    expect(seen).toEqual([]);
  });
});
