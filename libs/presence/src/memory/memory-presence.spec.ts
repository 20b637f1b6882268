import { presenceRegistryContract } from '../presence-registry.contract.js';
import { MemoryPresence } from './memory-presence.js';

const movedByHand = () => {
  let nowMs = Date.parse('2026-01-01T10:00:00.000Z');
  return {
    nowMs: () => nowMs,
    nowIso: () => new Date(nowMs).toISOString(),
    advance: (ms: number) => void (nowMs += ms),
  };
};

presenceRegistryContract('memory', (graceMs) => {
  const clock = movedByHand();
  return Promise.resolve({ registry: new MemoryPresence({ clock, offlineGraceMs: graceMs }), clock });
});

describe('remembering who was there', () => {
  it('forgets the longest gone first, above its bound', async () => {
    const clock = movedByHand();
    const registry = new MemoryPresence({ clock, offlineGraceMs: 0, rememberedMaxUsers: 2 });
    for (const userId of ['ada', 'bob', 'cleo']) {
      registry.connected(userId, 'phone', 'device');
      registry.disconnected(userId, 'phone');
      registry.tick();
    }
    const remembered = (await registry.statusOf(['ada', 'bob', 'cleo'])).map(
      ({ lastSeenAtMs }) => lastSeenAtMs !== null,
    );
    expect(remembered).toEqual([false, true, true]);
  });
});
