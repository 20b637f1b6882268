import { killRunningServers } from '@verbatim/testing/scenario';
import type { StoredEvent } from '../../crash/evidence.js';
import { foldLog, type FoldedConversation, type FoldedLog } from '../../crash/folded-log.js';
import { Surveyor } from './surveyor.js';

export type Settings = Readonly<Record<string, string>>;

/** The service under test, in whatever form it runs; the test reads its log and folds it by itself. */
export abstract class RunningServer {
  #surveyor: Surveyor | null = null;
  #turn = 0;

  /** Where clients may connect; none is better than another. */
  protected abstract get urls(): readonly string[];

  /** An address for the next request or connection: all of them in turn, as behind a balancer that remembers nobody. */
  get url(): string {
    const { urls } = this;
    const url = urls[this.#turn % urls.length];
    if (url === undefined) throw new Error('the server is not running');
    this.#turn += 1;
    return url;
  }

  /** On the data of its last run; with the settings of its last run at the same addresses. */
  abstract start(settings?: Settings): Promise<void>;
  protected abstract end(how: 'stop' | 'kill'): Promise<void>;
  /** The log up to now, read past everything that is tested. */
  abstract log(): Promise<readonly StoredEvent[]>;
  /** Read models stand still from now on, until `releaseReadModels`. */
  abstract holdReadModels(): Promise<void>;
  abstract releaseReadModels(): Promise<void>;
  /** Compares the read models with a fresh replay. @returns what the command printed where they differ */
  protected abstract verify(): Promise<string>;
  protected abstract remove(): Promise<void>;

  /** In order. */
  async stop(): Promise<void> {
    await this.#forgetSurveyor();
    await this.end('stop');
  }

  /** SIGKILL, to all of it. */
  async kill(): Promise<void> {
    await this.#forgetSurveyor();
    await this.end('kill');
  }

  /** Resolves when everything that is in the log by now has been written to every connection that is to have it. */
  async reached(): Promise<void> {
    this.#surveyor ??= await Surveyor.settle(this.urls);
    await this.#surveyor.reached();
  }

  /** The log up to now, folded by the test's own rules. */
  async folded(): Promise<FoldedLog> {
    return foldLog(await this.log());
  }

  async conversation(conversationId: string): Promise<FoldedConversation> {
    const found = (await this.folded()).get(conversationId);
    if (found === undefined) throw new Error(`${conversationId} is not in the log`);
    return found;
  }

  /** @returns what the command printed where they differ */
  async stopAndVerify(): Promise<string> {
    await this.stop();
    return this.verify();
  }

  async dispose(): Promise<void> {
    await this.#forgetSurveyor();
    await killRunningServers();
    await this.remove();
  }

  async #forgetSurveyor(): Promise<void> {
    await this.#surveyor?.leave();
    this.#surveyor = null;
  }
}

/** Every seq that the user was to be pushed: his stays, own coming and removal included. */
export const pushedSeqs = (conversation: FoldedConversation, userId: string): readonly number[] =>
  (conversation.stays.get(userId) ?? []).flatMap(({ from, to }) =>
    Array.from({ length: (to ?? conversation.headSeq) - from + 1 }, (_, index) => from + index),
  );
