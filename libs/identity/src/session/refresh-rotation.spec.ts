import fc from 'fast-check';
import { openStateStore } from '@verbatim/state';
import { settableClock } from '@verbatim/testing/clock';
import { IdentityError } from '../identity-error.js';
import { RecordedUserEvents } from '../identity.fixtures.js';
import { Devices, DEVICES_COLLECTION } from './devices.js';
import type { DeviceDocument } from './devices.js';
import { createSessionActivity } from './session-activity.js';
import type { SessionDocument } from './session-document.js';
import { Sessions, SESSIONS_COLLECTION } from './sessions.js';

const rules = { refreshSecret: Buffer.alloc(32, 7), refreshTokenTtlMs: 1_000_000, refreshGraceMs: 10_000 };
const owner = { sessionId: 'a0000000-0000-7000-8000-000000000001', userId: 'u', deviceId: 'd', passwordNumber: 1 };

/** Presents the token that was issued `which` before the last one, after a pause. */
type Step = { readonly which: number; readonly pauseMs: number };

const openSessions = async () => {
  const state = await openStateStore('memory:');
  const clock = settableClock();
  const events = new RecordedUserEvents();
  const devices = new Devices(await state.collection<DeviceDocument>(DEVICES_COLLECTION), clock);
  const documents = await state.collection<SessionDocument>(SESSIONS_COLLECTION);
  const sessions = new Sessions({ documents, devices, events, clock, rules, activity: createSessionActivity(clock) });
  /** The token that comes back, or the code of the refusal. */
  const present = async (text: string): Promise<string> => {
    const named = await sessions.named(text);
    if (named === null) return 'refresh-token-invalid';
    try {
      return (await sessions.refresh(named.token)).refreshToken;
    } catch (error) {
      if (error instanceof IdentityError) return error.code;
      throw error;
    }
  };
  return { sessions, clock, events, present, first: await sessions.begin(owner) };
};

/** Plays the steps and gives all tokens ever issued, oldest first. */
const play = async (steps: readonly Step[]) => {
  const opened = await openSessions();
  const issued = [opened.first];
  for (const { which, pauseMs } of steps) {
    opened.clock.advanceMs(pauseMs);
    const answer = await opened.present(issued.at(-1 - which) ?? opened.first);
    if (answer.startsWith('vr1.') && !issued.includes(answer)) issued.push(answer);
  }
  return { ...opened, issued };
};

const step = fc.record({ which: fc.nat({ max: 3 }), pauseMs: fc.constantFrom(0, 1, 9_999, 10_000, 10_001) });

describe('the tokens of a session', () => {
  it('are never two that live, whatever is presented when', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const count = (await play(steps)).issued.length;
      let living = 0;
      for (let index = 0; index < count; index += 1) {
        const { present, clock, issued } = await play(steps);
        clock.advanceMs(rules.refreshGraceMs + 1);
        const answer = await present(issued[index] as string);
        if (answer.startsWith('vr1.')) living += 1;
      }
      expect(living).toBeLessThanOrEqual(1);
    });
    await fc.assert(property, { numRuns: 150 });
  });
  it('all die, and the log says so once, when one before the last two is presented', async () => {
    const property = fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.nat(), async (refreshes, pick) => {
      const steps = Array.from({ length: refreshes }, () => ({ which: 0, pauseMs: 1 }));
      const { issued, present, events } = await play(steps);
      const old = issued[pick % (issued.length - 2)] as string;
      expect(await present(old)).toBe('refresh-token-reused');
      for (const token of issued) expect(await present(token)).toBe('refresh-token-invalid');
      expect(events.ofType('DeviceRevoked')).toHaveLength(1);
    });
    await fc.assert(property, { numRuns: 50 });
  });
  it('come from one rotation when ten present the same one at once', async () => {
    const { first, present } = await openSessions();
    const answers = await Promise.all(Array.from({ length: 10 }, () => present(first)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^vr1\./);
  });
  it('do not repeat an answer into the past when the clock steps back', async () => {
    const { first, present, clock } = await openSessions();
    await present(first);
    clock.advanceMs(-1);
    expect(await present(first)).toBe('refresh-token-reused');
  });
});
