/** A suite for the suite of `describeWithEngine`: run by a jest of its own on machines that lack one thing or another. */
import { describeWithEngine, describeWithEngines, describeWithExternalEngine } from './describe-with-engine.js';

describeWithEngine('kafka', (engine) => {
  it('starts', async () => {
    expect((await engine.start()).isRunning).toBe(true);
  });
});

describeWithEngines(['redis', 'ferretdb'], () => {
  it('has both', () => {
    expect(true).toBe(true);
  });
});

describeWithExternalEngine('event-store', (url) => {
  it('has its URL', () => {
    expect(url).toBe('esdb://elsewhere:2113');
  });
});
