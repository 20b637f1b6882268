import { randomUUID } from 'node:crypto';
import { Connection } from './connection.js';
import { tokensOf } from './tokens.js';

/**
 * Somebody with a connection at every address and a group of his own. What he says there comes to each address in the
 * log's order, so everything that was said before has gone out there.
 */
export class Surveyor {
  private constructor(
    private readonly connections: readonly Connection[],
    private readonly groupId: string,
  ) {}

  static async settle(urls: readonly string[]): Promise<Surveyor> {
    const [url = ''] = urls;
    const { accessToken: token, deviceId } = await tokensOf(url, 'register', `surveyor-${randomUUID().slice(0, 8)}`);
    const connections = await Promise.all(urls.map((each) => Connection.open(each, { token, deviceId })));
    const [first] = connections as [Connection];
    const d = { commandId: randomUUID(), name: 'Milestones', visibility: 'invite-only', memberIds: [] };
    const { conversationId } = await first.run('group.create', d);
    return new Surveyor(connections, String(conversationId));
  }

  async reached(): Promise<void> {
    const [first] = this.connections as [Connection];
    const seq = await first.send(this.groupId, 'here');
    const isIt = (push: { readonly d: Readonly<Record<string, unknown>> }): boolean => push.d['seq'] === seq;
    await Promise.all(this.connections.map((connection) => connection.push(isIt)));
  }

  async leave(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.cut()));
  }
}
