import { requestHttp } from '@verbatim/testing/scenario';
import type { Device } from '../../crash/campaign/person.js';
import type { Town } from '../../crash/campaign/town.js';
import { gaps } from '../../crash/checkers/delivery-checkers.js';
import type { Cluster } from './cluster.js';
import type { OutageEvidence } from './ledger.js';
import type { LogAndTopic } from './log-and-topic.js';
import type { Outage } from './outage.js';
import type { RawCrowd } from './raw-crowd.js';
import type { SdkPerson } from './sdk-people.js';
import { comesToHold, presenceSeen } from './signs.js';

const RECOVERY_MAX_MS = 90_000;

/** Measures from its making how the service comes back. */
export class Recovery {
  readonly #fromMs = performance.now();

  constructor(
    private readonly cluster: Cluster,
    private readonly crowd: RawCrowd,
    private readonly sdkPeople: readonly SdkPerson[],
    private readonly stored: LogAndTopic,
  ) {}

  /** Somebody sends in each conversation at each gateway. @returns after how many ms all of that was acknowledged */
  async serves({ people, directIds, groupIds }: Town): Promise<number> {
    const [ada, bob, cleo] = people.map(({ devices }) => devices[0]) as [Device, Device, Device];
    const places: readonly (readonly [Device, string | undefined])[] = [
      [ada, directIds[0]],
      [cleo, directIds[1]],
      [ada, groupIds[0]],
      [bob, groupIds[1]],
    ];
    const probes = places.flatMap(([actor, id = '']) =>
      this.cluster.gatewayUrls.map((url) => this.crowd.sendUntilAcked(id, actor, url)),
    );
    await within(Promise.all(probes), () => 'messages are not acknowledged');
    return this.#elapsedMs;
  }

  /** @returns after how many ms every device had all of the log, and read models and readiness were right */
  async drained({ signs, readsTopic }: Outage, evidence: () => OutageEvidence): Promise<number> {
    await this.#connected();
    for (const person of this.sdkPeople) person.comeBack();
    await this.#until('devices have everything', async () => {
      await this.stored.readLog();
      await Promise.all(this.crowd.clients.map(({ device }) => device.catchUp().catch(() => {})));
      const missed = gaps(evidence()).filter(({ checker }) => checker === 'missed');
      return missed.map(({ text }) => text);
    });
    await this.#until('everything is ready', () => this.cluster.unready());
    await this.#until('read models are up to the newest push', () => this.#behind());
    const elapsedMs = this.#elapsedMs;
    if (signs.isPresenceUnknown === true) await this.#until('presence is known again', () => this.#notOnline());
    if (readsTopic === true) await this.stored.readTopicUntilWhole();
    return elapsedMs;
  }

  get #elapsedMs(): number {
    return performance.now() - this.#fromMs;
  }

  async #connected(): Promise<void> {
    const { clients } = this.crowd;
    const trouble = (): string => clients.map((client) => client.trouble ?? 'connected').join('; ');
    await within(Promise.all(clients.map((client) => client.connected())), trouble);
  }

  /** @param problems what is not so yet */
  async #until(what: string, problems: () => Promise<readonly string[]>): Promise<void> {
    let last: readonly string[] = [];
    const isNone = async (): Promise<boolean> => {
      last = await problems();
      return last.length === 0;
    };
    if (!(await comesToHold(isNone, RECOVERY_MAX_MS)))
      throw new Error(`not so ${RECOVERY_MAX_MS} ms after the outage: ${what}: ${last.join('; ')}`);
  }

  async #behind(): Promise<readonly string[]> {
    const [newest] = this.crowd.clients;
    if (newest === undefined) return [];
    const { cursor = '', token } = newest.device;
    const asked = this.cluster.gatewayUrls.map(async (url) => {
      const { status } = await requestHttp(url, '/v1/inbox?limit=1', { token, headers: { 'chat-cursor': cursor } });
      return status === 200 ? [] : [`answered ${status} at ${url}`];
    });
    return (await Promise.all(asked)).flat();
  }

  async #notOnline(): Promise<readonly string[]> {
    const seen = await presenceSeen(this.crowd.clients);
    // Of people with whom the asker shares no conversation nothing is ever told.
    return seen.some(({ isElsewhere, places, status }) => isElsewhere && places.length > 0 && status === 'online')
      ? seen.filter(({ status }) => status === 'offline').map(({ userId }) => `${userId} is offline`)
      : ['nobody at the other gateway is online'];
  }
}

const within = async (work: Promise<unknown>, trouble: () => string): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not so ${RECOVERY_MAX_MS} ms after the outage: ${trouble()}`)),
      RECOVERY_MAX_MS,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};
