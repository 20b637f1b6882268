import { randomUUID } from 'node:crypto';
import type { Fields } from '@verbatim/testing/scenario';
import { registerPerson, type Device, type Person } from './person.js';

/** Who talks where. The first two own a group each and stay; the others come and go. */
export type Town = {
  readonly people: readonly Person[];
  readonly devices: readonly Device[];
  readonly directIds: readonly string[];
  readonly groupIds: readonly string[];
};

const PEOPLE = ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn'];
const DEVICES_OF_THE_FIRST = 2;

const reply = async ({ socket }: Device, op: string, d: Fields): Promise<Fields> => {
  const answer = await socket?.request(op, d);
  if (answer?.ok !== true) throw new Error(`${op}: ${JSON.stringify(answer)}`);
  return answer.d;
};

/** Six people, seven devices, two direct conversations, an open group and one by invitation. */
export const foundTown = async (url: string): Promise<Town> => {
  const people = await Promise.all(
    PEOPLE.map((name, index) => registerPerson(url, name, index === 0 ? DEVICES_OF_THE_FIRST : 1)),
  );
  const devices = people.flatMap((person) => person.devices);
  await Promise.all(devices.map((device) => device.connect(url)));
  const [ada, bob, cleo, dan] = people.map((person) => person.devices[0]);
  if (ada === undefined || bob === undefined || cleo === undefined || dan === undefined) throw new Error('no people');
  const direct = async (from: Device, to: Device): Promise<string> =>
    String(
      (await reply(from, 'conversation.direct', { commandId: randomUUID(), userId: to.userId }))['conversationId'],
    );
  const group = async (owner: Device, visibility: string, memberIds: readonly string[]): Promise<string> => {
    const d = { commandId: randomUUID(), name: `${owner.userName}'s`, visibility, memberIds };
    return String((await reply(owner, 'group.create', d))['conversationId']);
  };
  const directIds = [await direct(ada, bob), await direct(cleo, dan)];
  const groupIds = [
    await group(ada, 'open', [bob.userId, cleo.userId]),
    await group(bob, 'invite-only', [ada.userId, dan.userId]),
  ];
  return { people, devices, directIds, groupIds };
};
