import { join } from 'node:path';
import {
  killRunningServers,
  makeDataFolder,
  runProgram,
  startServer,
  type ServerProcess,
} from '@verbatim/testing/scenario';
import type { StoredEvent } from '../../crash/evidence.js';
import { foldLog, type FoldedConversation, type FoldedLog } from '../../crash/folded-log.js';
import { readRawLog } from '../../crash/raw-log.js';

const VERIFY = 'apps/projector/dist/cli/verify.main.js';

/** A server with a data directory of its own, whose log the test folds by itself. */
export class RunningServer {
  readonly #data = makeDataFolder('laws', 'memory');
  #process: ServerProcess | null = null;

  get url(): string {
    if (this.#process === null) throw new Error('the server is not running');
    return this.#process.url;
  }
  get directory(): string {
    return join(this.#data.path, 'data');
  }

  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#process = await startServer({ dataDirectory: this.directory, env });
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = null;
  }

  /** The log up to now, folded by the test's own rules. */
  folded(): FoldedLog {
    return foldLog(this.log());
  }

  /** The log up to now, read by SQL of the test's own. */
  log(): readonly StoredEvent[] {
    return readRawLog(join(this.directory, 'events.db'));
  }

  conversation(conversationId: string): FoldedConversation {
    const found = this.folded().get(conversationId);
    if (found === undefined) throw new Error(`${conversationId} is not in the log`);
    return found;
  }

  /** Stops, and compares the read models with a fresh replay. @returns what the command printed where they differ */
  async stopAndVerify(): Promise<string> {
    await this.stop();
    const { code, output, errorOutput } = await runProgram(VERIFY, { DATA_DIR: this.directory });
    return code === 0 ? '' : output + errorOutput;
  }

  async dispose(): Promise<void> {
    await killRunningServers();
    this.#data.remove();
  }
}

/** Every seq that the user was to be pushed: his stays, own coming and removal included. */
export const pushedSeqs = (conversation: FoldedConversation, userId: string): readonly number[] =>
  (conversation.stays.get(userId) ?? []).flatMap(({ from, to }) =>
    Array.from({ length: (to ?? conversation.headSeq) - from + 1 }, (_, index) => from + index),
  );
