import { openGatewayRegistry } from '@verbatim/discovery';
import { createLogger, createMetrics, systemClock } from '@verbatim/platform';
import { openPresence } from '@verbatim/presence';
import { openRateLimiter } from '@verbatim/rate-limit';
import { describeWithEngine } from '@verbatim/testing/engines';
import { documentText, plain, tableRows } from './documents.fixtures.js';

const text = documentText('docs/operations.md');
const TYPE = /^# TYPE verbatim_(\w+) (\w+)$/gm;

describeWithEngine('redis', (engine) => {
  it('the documented metrics of Redis are those that there are', async () => {
    const { url, dispose } = await engine.start();
    const metrics = createMetrics({ processMetrics: false });
    const logger = createLogger({ name: 'spec', level: 'silent' });
    const options = { logger, metrics, clock: systemClock, gatewayId: 'gateway' };
    const opened = [
      await openPresence(url, options),
      await openRateLimiter(url, options),
      await openGatewayRegistry(url, options),
    ];
    const actual = await metrics.text();
    await Promise.all(opened.map((each) => each.close()));
    await dispose();
    const documented = tableRows(text, 'With Redis').map((row) => row.map(plain));
    const namesAndKinds = documented.map(([name, kind]) => `${name} ${kind}`);
    expect(namesAndKinds.toSorted()).toEqual(
      [...actual.matchAll(TYPE)].map(([, ...found]) => found.join(' ')).toSorted(),
    );
    for (const use of ['presence', 'rate-limit', 'discovery']) {
      expect(actual).toContain(`verbatim_redis_up_info{use="${use}"} 1`);
      expect(documented[0]?.[3]).toContain(use);
    }
  });
});
