import { conversationIdOfCommand, conversationIdOfPair } from './conversation-ids.js';
import { createUuidV7, isUuid, uuidV7 } from './uuid.js';

const ada = '01900000-0000-7000-8000-00000000000a';
const bob = '01900000-0000-7000-8000-00000000000b';

describe('a UUID v7', () => {
  it('has version, variant and the millisecond it was minted at', () => {
    const id = createUuidV7(() => 0x0123_4567_89ab)();
    expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(isUuid(id)).toBe(true);
  });
  it('rises in text order within a millisecond, over more ids than its counter holds', () => {
    const mint = createUuidV7(() => 1_000);
    const ids = Array.from({ length: 20_000 }, mint);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('rises when the clock steps back', () => {
    let nowMs = 5_000;
    const mint = createUuidV7(() => nowMs);
    const before = mint();
    nowMs = 1;
    expect(mint() > before).toBe(true);
  });
  it('is another in every minter', () => {
    const ids = Array.from({ length: 2_000 }, () => createUuidV7(() => 1_000)());
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('is minted at the time of day', () => {
    const before = Date.now();
    const ms = Number.parseInt(uuidV7().replaceAll('-', '').slice(0, 12), 16);
    expect(ms).toBeGreaterThanOrEqual(before);
  });
});

describe('a UUID', () => {
  it.each([
    '',
    'ada',
    ada.toUpperCase(),
    `${ada} `,
    `${ada}\n`,
    `{${ada}}`,
    ada.replaceAll('-', ''),
    '00000000-0000-0000-0000-000000000000',
    `${ada}-$all`,
    42,
    null,
    [ada],
  ])('is not %j', (value) => {
    expect(isUuid(value)).toBe(false);
  });
});

describe('the id of a conversation', () => {
  it('is one for two people, whoever asks, and for ever', () => {
    expect(conversationIdOfPair(ada, bob)).toBe(conversationIdOfPair(bob, ada));
    expect(conversationIdOfPair(ada, bob)).toBe('f163db76-5e40-50f2-be8b-71d6fa5bd365');
    expect(isUuid(conversationIdOfPair(ada, bob))).toBe(true);
  });
  it('is one for a command of one creator', () => {
    expect(conversationIdOfCommand(ada, bob)).toBe('5f8531be-c9a4-5071-bc6c-16101b023570');
    expect(conversationIdOfCommand(bob, ada)).not.toBe(conversationIdOfCommand(ada, bob));
  });
  it('of a pair is none of a group', () => {
    expect(conversationIdOfPair(ada, bob)).not.toBe(conversationIdOfCommand(ada, bob));
  });
});
