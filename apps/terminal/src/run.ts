import { VerbatimClient } from '@verbatim/client-sdk';
import type { SyncState } from '@verbatim/client-sdk';
import { Chat } from './chat/chat.js';
import { openGroup, handlers } from './chat/command-handlers.js';
import { Directory } from './chat/directory.js';
import { problemLine } from './chat/line-handler.js';
import { People } from './chat/people.js';
import { PrintQueue } from './chat/print-queue.js';
import { Transcript } from './chat/transcript.js';
import { fileOutboxStore, fileSyncStore, fileTokenStore } from './home/file-stores.js';
import type { StateFolder } from './home/state-folder.js';
import type { TerminalOptions } from './options.js';
import type { Screen } from './screen/screen.js';
import { signIn } from './sign-in.js';
import type { Asker } from './sign-in.js';

/** Until what is unsent at the end is given up for this run; it stays in the outbox and goes with the next one. */
const DRAIN_MAX_MS = 10_000;

export type ClientOfFolder = {
  readonly client: VerbatimClient;
  readonly queue: PrintQueue;
  readonly progress: SyncState | undefined;
};

/** A client whose memory is the folder. */
export const clientOf = async (folder: StateFolder, url: string, screen: () => Screen): Promise<ClientOfFolder> => {
  const queue = new PrintQueue((error) => screen().print(problemLine(error)));
  const sync = fileSyncStore(folder, () => queue.drained());
  const client = new VerbatimClient({
    url,
    clientName: 'verbatim-terminal',
    tokens: fileTokenStore(folder, url),
    outbox: fileOutboxStore(folder),
    sync,
  });
  return { client, queue, progress: await sync.load() };
};

export const logIn = ({ client }: ClientOfFolder, asker: Asker, options: TerminalOptions): Promise<void> =>
  signIn(client, asker, { userName: options.userName, register: options.register });

/** Connects, opens what the command line names, and shows everything that comes. */
export const startChat = async (
  made: ClientOfFolder,
  options: TerminalOptions,
  folder: StateFolder,
  screen: Screen,
  over: (why: string) => void,
): Promise<Chat> => {
  const { client, queue, progress } = made;
  const selfId = client.session.userId ?? '';
  const people = new People(client, folder);
  const directory = new Directory(client, people, selfId);
  const transcript = new Transcript(client, screen, people, directory);
  if (progress?.userId === selfId) transcript.restore(progress);
  const chat = new Chat({
    client,
    screen,
    people,
    directory,
    transcript,
    queue,
    userName: options.userName,
    selfId,
    over,
  });
  if (options.opens) queue.hold();
  await client.connect();
  return chat;
};

/** Opens the conversation that the command line names, and then lets the news come. */
export const openNamed = async (chat: Chat, { opens }: TerminalOptions): Promise<void> => {
  try {
    if (opens?.kind === 'direct') await handlers.direct(chat, [opens.name], opens.name);
    if (opens?.kind === 'group') await openGroup(chat, opens.name);
  } catch (error) {
    chat.say(problemLine(error));
  } finally {
    chat.parts.queue.release();
  }
};

/** Sends what is unsent, within a bound, shows what has come, and stores how far that was. */
export const endChat = async (chat: Chat): Promise<void> => {
  const { client, queue } = chat.parts;
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    const check = () => {
      if (chat.isSettled) resolve();
    };
    for (const name of ['message.acked', 'message.failed', 'event'] as const) client.on(name, check);
    timer = setTimeout(resolve, DRAIN_MAX_MS);
    check();
  });
  clearTimeout(timer);
  await queue.drained();
  await client.close();
};
