import { createMetrics, LATENCY_BUCKETS_SECONDS } from './metrics.js';

const linesOf = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith('verbatim_'));

describe('metrics', () => {
  it('are exposed under the prefix, from the start at zero', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const frames = metrics.counter({ name: 'frames_total', help: 'Frames.' });
    expect(await linesOf(metrics)).toEqual(['verbatim_frames_total 0']);
    frames.add();
    frames.add(4);
    expect(await linesOf(metrics)).toEqual(['verbatim_frames_total 5']);
  });
  it('are the same instrument for all who name it', async () => {
    const metrics = createMetrics({ processMetrics: false });
    for (const outcome of ['ok', 'refused', 'ok']) {
      metrics.counter({ name: 'logins_total', help: 'Logins.', labels: { outcome } }).add();
    }
    expect(await linesOf(metrics)).toEqual([
      'verbatim_logins_total{outcome="ok"} 2',
      'verbatim_logins_total{outcome="refused"} 1',
    ]);
  });
  it('read a gauge at each scrape', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let bytes = 1;
    metrics.gauge({ name: 'queue_bytes', help: 'Queue.', labels: { queue: 'a' }, read: () => bytes });
    metrics.gauge({ name: 'queue_bytes', help: 'Queue.', labels: { queue: 'b' } }).set(7);
    expect(await linesOf(metrics)).toContain('verbatim_queue_bytes{queue="a"} 1');
    bytes = 2;
    expect((await linesOf(metrics)).sort()).toEqual([
      'verbatim_queue_bytes{queue="a"} 2',
      'verbatim_queue_bytes{queue="b"} 7',
    ]);
  });
  it('count observations into buckets', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const append = metrics.histogram({ name: 'append_seconds', help: 'Append.', buckets: LATENCY_BUCKETS_SECONDS });
    append.observe(0.003);
    const lines = await linesOf(metrics);
    expect(lines).toContain('verbatim_append_seconds_bucket{le="0.002"} 0');
    expect(lines).toContain('verbatim_append_seconds_bucket{le="0.004"} 1');
  });
  it.each(['frames', 'Frames_total', 'frames_ms', ''])('take no counter named %j', (name) => {
    expect(() => createMetrics({ processMetrics: false }).counter({ name, help: '' })).toThrow('_total');
  });
  it('tell of the process itself unless they are asked not to', async () => {
    expect(await createMetrics().text()).toContain('process_cpu_seconds_total');
  });
});
