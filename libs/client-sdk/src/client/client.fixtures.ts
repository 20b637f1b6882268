import { ScriptedServer } from '@verbatim/testing/scripted-server';
import { WebSocket } from 'ws';
import { memoryOutboxStore } from '../outbox/outbox-store.js';
import { memoryTokenStore } from '../session/token-store.js';
import { memorySyncStore } from '../sync/sync-store.js';
import type { ConversationPush } from './client-events.js';
import type { ClientOptions } from './client-options.js';
import { VerbatimClient } from './verbatim-client.js';

/** What outlives a process, so that a spec can start a second one on it. */
export const stores = () => ({ tokens: memoryTokenStore(), outbox: memoryOutboxStore(), sync: memorySyncStore() });
export type Stores = ReturnType<typeof stores>;

const fast = { reconnectBaseMs: 1, reconnectMaxMs: 5, receiptIntervalMs: 1 };

/** One person with one device; remembers what reached the application. */
export class Person {
  readonly client: VerbatimClient;
  readonly heard: ConversationPush[] = [];

  private constructor(url: string, kept: Stores, limits: ClientOptions['limits']) {
    this.client = new VerbatimClient({ url, ...kept, WebSocket, limits: { ...fast, ...limits } });
    this.client.on('event', (push) => this.heard.push(push));
  }

  static async arrive(
    server: ScriptedServer,
    userName: string,
    facts: { readonly kept?: Stores; readonly limits?: ClientOptions['limits'] } = {},
  ): Promise<Person> {
    const person = new Person(server.url, facts.kept ?? stores(), facts.limits);
    if (!(await person.client.session.restore())) {
      await person.client.session.register({ userName, password: 'correct horse' });
    }
    await person.client.connect();
    await person.client.whenLive();
    return person;
  }

  get userId(): string {
    return this.client.session.userId ?? '';
  }

  bodies(): string[] {
    return this.heard.flatMap((push) => (push.ev === 'message.sent' ? [push.d.body] : []));
  }

  seqs(): number[] {
    return this.heard.map(({ d }) => d.seq);
  }

  /** Resolves when a message with this body has reached the application. */
  async hears(body: string): Promise<void> {
    if (this.bodies().includes(body)) return;
    await this.client.next('event', (push) => push.ev === 'message.sent' && push.d.body === body);
  }
}

/** Ada and Bob in a direct conversation, and everything to be cleaned up after. */
export class Scene {
  readonly people: Person[] = [];
  conversationId = '';

  private constructor(readonly server: ScriptedServer) {}

  static async open(): Promise<Scene> {
    return new Scene(await ScriptedServer.start());
  }

  async person(userName: string, facts: Parameters<typeof Person.arrive>[2] = {}): Promise<Person> {
    const person = await Person.arrive(this.server, userName, facts);
    this.people.push(person);
    return person;
  }

  async adaAndBob(facts: Parameters<typeof Person.arrive>[2] = {}): Promise<{ ada: Person; bob: Person }> {
    const ada = await this.person('ada', facts);
    const bob = await this.person('bob');
    const { conversationId } = await ada.client.call('conversation.direct', { userId: bob.userId });
    this.conversationId = conversationId;
    return { ada, bob };
  }

  say(person: Person, body: string) {
    return person.client.send({ conversationId: this.conversationId, body });
  }

  async close(): Promise<void> {
    for (const { client } of this.people) await client.close();
    await this.server.stop();
  }
}
