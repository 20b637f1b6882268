import { openStateStore } from '@verbatim/state';
import type { StateStore } from '@verbatim/state';
import { describeWithEngine, ENGINE_HOOK_MAX_MS, type RunningEngine } from '@verbatim/testing/engines';
import { accountContract } from './account/account.contract.js';
import { sessionContract } from './session/session.contract.js';
import { ada, fromHome, openTestIdentity, refusalOf } from './identity.fixtures.js';

const OUTAGE_TEST_MAX_MS = 90_000;

for (const name of ['mongo-java-server', 'ferretdb'] as const) {
  describeWithEngine(name, (available) => {
    let server: RunningEngine;
    let databases = 0;
    const newUrl = (): string => `${server.url.replace(/\/$/, '')}/identity_${(databases += 1)}`;
    const open = (): Promise<StateStore> => openStateStore(newUrl());
    beforeAll(async () => {
      server = await available.start();
    }, ENGINE_HOOK_MAX_MS);

    accountContract(name, open);
    sessionContract(name, open);

    describe('two processes on one State', () => {
      it('give one name to one of them', async () => {
        const { identity, restarted, state } = await openTestIdentity({ state: await open() });
        const both = [identity, await restarted()];
        const calls = Array.from({ length: 8 }, (_, index) => {
          const registration = { ...ada, password: `${ada.password} ${index}` };
          return both[index % 2]?.register(registration, fromHome);
        });
        const outcomes = await Promise.allSettled(calls);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await state.close();
      });
      it('rotate a refresh token once, however many ask both at once', async () => {
        const { identity, restarted, state } = await openTestIdentity({ state: await open() });
        const both = [identity, await restarted()];
        const { refreshToken } = await identity.register(ada, fromHome);
        const calls = Array.from({ length: 8 }, (_, index) => both[index % 2]?.refresh(refreshToken, fromHome));
        const given = await Promise.all(calls);
        expect(new Set(given.map((tokens) => tokens?.refreshToken)).size).toBe(1);
        await state.close();
      });
      it('end the session of a token that is used again at the other', async () => {
        const { identity, restarted, state, clock, config } = await openTestIdentity({ state: await open() });
        const other = await restarted();
        const first = await identity.register(ada, fromHome);
        const second = await identity.refresh(first.refreshToken, fromHome);
        clock.advanceMs(config.refreshGraceMs + 1);
        expect(await refusalOf(other.refresh(first.refreshToken, fromHome))).toBe('refresh-token-reused');
        expect(await refusalOf(identity.refresh(second.refreshToken, fromHome))).toBe('refresh-token-invalid');
        await state.close();
      });
    });
  });
}

describeWithEngine('ferretdb', (available) => {
  it(
    'refuses while State is gone, and knows everybody again when it is back',
    async () => {
      const server = await available.start();
      const state = await openStateStore(`${server.url.replace(/\/$/, '')}/identity`);
      const { identity } = await openTestIdentity({ state });
      const tokens = await identity.register(ada, fromHome);
      await server.kill();
      const late = { userName: 'grace', password: ada.password };
      expect(await refusalOf(identity.login(ada, fromHome))).toBe('unavailable');
      expect(await refusalOf(identity.refresh(tokens.refreshToken, fromHome))).toBe('unavailable');
      expect(await refusalOf(identity.register(late, fromHome))).toBe('unavailable');
      await server.restart();
      expect((await identity.login(ada, fromHome)).userId).toBe(tokens.userId);
      expect((await identity.refresh(tokens.refreshToken, fromHome)).sessionId).toBe(tokens.sessionId);
      expect((await identity.register(late, fromHome)).userId).not.toBe(tokens.userId);
      await state.close();
    },
    OUTAGE_TEST_MAX_MS,
  );
});
