import type { OperationName } from '@verbatim/protocol';
import type { Fields, RawReply } from '@verbatim/testing/scenario';
import type { Client } from '../scene/client.js';
import { requestOf } from '../scene/operation-request.js';
import type { Person } from '../scene/person.js';
import { newName, type Scene } from '../scene/scene.js';
import type { Kind, Role, Transport } from './matrix.js';
import type { Subject } from './sample-requests.js';

/** What was answered, whatever carried it, without what differs from one answer to the next. */
export type Told = { readonly code: string; readonly status: number | null; readonly error: Fields | null };

const BEHIND = new Set(['behind', 'busy']);
const TRIES_MAX = 50;

const toldBySocket = (reply: RawReply): Told => {
  if (reply.ok) return { code: 'ok', status: null, error: null };
  const { traceId: _, ...error } = reply.error as unknown as Fields & { code: string };
  return { code: error.code, status: null, error };
};

/** One person of every role, each with a connection. */
export class Company {
  private constructor(
    private readonly scene: Scene,
    private readonly online: Readonly<Record<Role | 'other', Client>>,
  ) {}

  static async gather(scene: Scene): Promise<Company> {
    const come = async (): Promise<Client> => scene.connect(await scene.register(newName('role')));
    const [stranger, former, member] = [await come(), await come(), await come()];
    return new Company(scene, { stranger, former, member, owner: await come(), other: await come() });
  }

  /** Somebody's device, for operations on devices: none of the callers'. */
  get deviceOfOther(): string {
    return this.person('other').deviceId;
  }

  client(role: Role | 'other'): Client {
    return this.online[role];
  }

  person(role: Role | 'other'): Person {
    return this.online[role].person;
  }

  /** A new conversation in which everybody has his role; all read models that answer him hold it. */
  async conversation(kind: Kind, role: Role): Promise<Subject> {
    const [userId, deviceId] = [this.person('other').userId, this.person('other').deviceId];
    const { owner, member, other } = this.online;
    const conversationId =
      kind === 'direct' ? await this.scene.direct(member.person, other.person) : await this.#group(kind);
    const seq = kind === 'direct' ? 0 : 1;
    const witness = kind === 'direct' ? member : owner;
    await witness.push(({ d }) => d['conversationId'] === conversationId && d['seq'] === seq);
    await this.online[role].settle();
    return { conversationId, userId, deviceId };
  }

  async tell(role: Role, transport: Transport, op: OperationName, d: Fields): Promise<Told> {
    if (transport === 'socket') return toldBySocket(await this.online[role].ask(op, d));
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const told = await this.#overHttp(role, op, d);
      if (!BEHIND.has(told.code)) return told;
    }
    throw new Error(`${op} never caught up`);
  }

  async #group(kind: 'open' | 'invite-only'): Promise<string> {
    const { owner, member, former, other } = this.online;
    const conversationId = await this.scene.group(owner.person, [member.person, former.person, other.person], kind);
    await this.scene.run(owner.person, 'member.remove', { conversationId, userId: former.person.userId });
    return conversationId;
  }

  async #overHttp(role: Role, op: OperationName, d: Fields): Promise<Told> {
    const { path, ...request } = requestOf(op, d);
    const { person, cursor } = this.online[role];
    const headers = { 'chat-cursor': cursor, ...request.headers };
    const answer = await this.scene.http(path, { token: person.accessToken, ...request, headers });
    if (answer.status < 300) return { code: 'ok', status: answer.status, error: null };
    const { traceId: _, ...error } = answer.body as Fields & { code: string };
    return { code: error.code, status: answer.status, error };
  }
}
