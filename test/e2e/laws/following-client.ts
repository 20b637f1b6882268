import type { Fields, Push } from '@verbatim/testing/scenario';
import type { Connection } from '../forms/connection.js';
import type { Device } from './device.js';

/** What a device has stored: the seq that each conversation is applied up to, and the cursor that goes with it. */
export type StoredState = { readonly lastSeqs: ReadonlyMap<string, number>; readonly cursor: string | undefined };

const OWN_COMINGS = ['group.created', 'conversation.created', 'member.added', 'member.joined'];

/** A client that follows the rules of docs/protocol/resume.md to the letter, and writes down where the server breaks them. */
export class FollowingClient {
  readonly faults: string[] = [];
  readonly resumes: string[] = [];
  /** Everything applied, over all connections: `<conversation>@<seq>`. */
  readonly applied = new Set<string>();
  connection: Connection | null = null;
  #lastSeqs = new Map<string, number>();
  #cursor: string | undefined;
  /** After state that is younger than its cursor, events come that it holds already. */
  #toleratesOld = false;

  constructor(readonly device: Device) {}

  /** A copy of the device's storage. */
  get state(): StoredState {
    return { lastSeqs: new Map(this.#lastSeqs), cursor: this.#cursor };
  }

  async connect(): Promise<void> {
    const connection = await this.device.connect(this.#cursor, (push) => this.#apply(push));
    this.connection = connection;
    const resume = String(connection.greeting['resume']);
    this.resumes.push(resume);
    if (resume === 'reset') this.faults.push('reset');
    if (this.#cursor === undefined) this.#cursor = String(connection.greeting['cursor']);
  }

  /** The line breaks. */
  async cut(): Promise<void> {
    await this.connection?.cut();
    this.connection = null;
  }

  /** A device that died before it stored more than this. */
  restore({ lastSeqs, cursor }: StoredState): void {
    this.#lastSeqs = new Map(lastSeqs);
    this.#cursor = cursor;
  }

  /** Asks for a newer cursor; the answer is good if nothing came after it. A count above our own is a frame that was lost. */
  async settle(): Promise<void> {
    if (this.connection === null) return;
    const { cur, n } = await this.connection.run('ping');
    const received = this.connection.pushes.filter((push) => push.cur !== undefined).length;
    if (Number(n) > received) this.faults.push(`lost: ${String(n)} were written, ${received} came`);
    if (Number(n) === received) this.#cursor = String(cur);
  }

  /** Throws everything away and begins with the inbox, of one page: pages may shift under their reader. */
  async loadInbox(): Promise<void> {
    const { conversations, cursor, next } = await this.device.get('/v1/inbox?limit=200');
    if (next !== undefined) throw new Error('more than one page');
    const heads = (conversations as Fields[]).map((entry) => [
      String(entry['conversationId']),
      Number(entry['headSeq']),
    ]);
    this.restore({ lastSeqs: new Map(heads as [string, number][]), cursor: String(cursor) });
    this.#toleratesOld = true;
  }

  #apply({ ev, cur, d }: Push): void {
    if (cur === undefined) return;
    this.#cursor = cur;
    if (typeof d['seq'] === 'number') this.#applySeq(ev, d, String(d['conversationId']), d['seq']);
  }

  #applySeq(ev: string, d: Fields, conversationId: string, seq: number): void {
    const last = this.#lastSeqs.get(conversationId);
    const place = `${conversationId}@${seq} after ${last}`;
    this.applied.add(`${conversationId}@${seq}`);
    if (last !== undefined && seq <= last) {
      if (!this.#toleratesOld) this.faults.push(`twice: ${place}`);
      return;
    }
    if (seq !== (last ?? -2) + 1 && !this.#isOwnComing(ev, d)) this.faults.push(`hole: ${place}`);
    this.#lastSeqs.set(conversationId, seq);
  }

  #isOwnComing(ev: string, d: Fields): boolean {
    if (!OWN_COMINGS.includes(ev)) return false;
    const named = [d['userId'], d['creatorId'], d['memberIds'], d['userIds'], d['participantIds']].flat();
    return named.includes(this.device.userId);
  }
}
