import { randomUUID } from 'node:crypto';
import { rankInstances } from '@verbatim/command-channel';
import {
  NoAnswerError,
  type HttpAnswer,
  type Platform,
  type PlatformProcess,
  type Push,
  type RawSocket,
  openSocket,
  requestHttp,
} from '@verbatim/testing/scenario';

/** Tries of one request while parts of the platform come and go; a client waits about so long between two. */
const TRIES_MAX = 200;
const BETWEEN_TRIES_MS = 50;

export type Person = {
  readonly userId: string;
  readonly userName: string;
  readonly token: string;
  readonly deviceId: string;
};
export type Acked = { readonly seq: number; readonly messageId: string };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends the same request until it has an answer that is not "try again". */
export const untilAnswered = async (ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> => {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await ask();
      if (answer.status < 500 || tries === TRIES_MAX) return answer;
    } catch (error) {
      if (!(error instanceof NoAnswerError) || tries === TRIES_MAX) throw error;
    }
    await pause(BETWEEN_TRIES_MS);
  }
};

export const register = async (gateway: PlatformProcess): Promise<Person> => {
  const userName = `p${randomUUID().slice(0, 8)}`;
  const body = { userName, password: 'correct horse battery' };
  const answer = await requestHttp(gateway.url, '/v1/auth/register', { method: 'POST', body });
  if (answer.status !== 201) throw new Error(`not registered: ${JSON.stringify(answer.body)}`);
  const { userId, accessToken, deviceId } = answer.body as { userId: string; accessToken: string; deviceId: string };
  return { userId, userName, deviceId, token: accessToken };
};

export const makeGroup = async (
  gateway: PlatformProcess,
  owner: Person,
  members: readonly Person[],
): Promise<string> => {
  const body = { name: 'Analysts', visibility: 'invite-only', memberIds: members.map(({ userId }) => userId) };
  const request = { method: 'POST', token: owner.token, body: { ...body, commandId: randomUUID() } } as const;
  const answer = await untilAnswered(() => requestHttp(gateway.url, '/v1/groups', request));
  return (answer.body as { conversationId: string }).conversationId;
};

/** Some groups whose commands one command-api decides. */
export const groupsOwnedBy = async (
  owner: PlatformProcess,
  { commandApis, gateways }: Platform,
  by: Person,
): Promise<readonly string[]> => {
  const urls = commandApis.map(({ url }) => url);
  const owned: string[] = [];
  while (owned.length < 3) {
    const group = await makeGroup(gateways[0] as PlatformProcess, by, []);
    if (rankInstances(group, urls)[0] === owner.url) owned.push(group);
  }
  return owned;
};

/** One message, sent with one id until it is acknowledged. @param gateways asked in turn */
export const send = async (
  gateways: readonly PlatformProcess[],
  by: Person,
  conversationId: string,
  text: string,
): Promise<Acked> => {
  const body = { clientMsgId: randomUUID(), body: text };
  let turn = 0;
  const answer = await untilAnswered(() => {
    const { url } = gateways[turn++ % gateways.length] as PlatformProcess;
    return requestHttp(url, `/v1/conversations/${conversationId}/messages`, { method: 'POST', token: by.token, body });
  });
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`not sent: ${JSON.stringify(answer.body)}`);
  return answer.body as Acked;
};

/** Everything in the conversation as the log has it: seq → body. */
export const logOf = async (
  gateway: Pick<PlatformProcess, 'url'>,
  by: Pick<Person, 'token'>,
  conversationId: string,
): Promise<Map<number, string>> => {
  const messages = new Map<number, string>();
  for (let afterSeq = -1; ;) {
    const path = `/v1/conversations/${conversationId}/events?afterSeq=${afterSeq}&limit=500`;
    const { body } = await untilAnswered(() => requestHttp(gateway.url, path, { token: by.token }));
    const { events, toSeq, headSeq } = body as { events: Push[]; toSeq: number; headSeq: number };
    for (const { ev, d } of events) if (ev === 'message.sent') messages.set(d['seq'] as number, d['body'] as string);
    if (toSeq >= headSeq) return messages;
    afterSeq = toSeq;
  }
};

/** A socket that keeps what it is pushed and lets a test wait for it. */
export class Listener {
  readonly pushes: Push[] = [];
  readonly #waiting = new Set<() => void>();
  socket!: RawSocket;

  static async at(gateway: PlatformProcess, person: Person): Promise<Listener> {
    const listener = new Listener();
    const { socket, reply } = await openSocket(
      gateway.url,
      { token: person.token, deviceId: person.deviceId },
      (push) => {
        listener.pushes.push(push);
        for (const look of listener.#waiting) look();
      },
    );
    if (!reply.ok) throw new Error(reply.error.code);
    listener.socket = socket;
    return listener;
  }

  /** Resolves with the first push that the test accepts; jest's own time-out ends a wait in vain. */
  push(accepts: (push: Push) => boolean): Promise<Push> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.pushes.find(accepts);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  message(text: string): Promise<Push> {
    return this.push(({ ev, d }) => ev === 'message.sent' && d['body'] === text);
  }

  /** Bodies by seq, in the order in which they came. */
  get bodies(): readonly string[] {
    return this.pushes.filter(({ ev }) => ev === 'message.sent').map(({ d }) => d['body'] as string);
  }
}
