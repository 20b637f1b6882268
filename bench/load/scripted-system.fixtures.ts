import type { FrameSocket } from '../socket/frame-socket.js';
import type { LoadedConversation } from './load-options.js';

type Request = { readonly id: number; readonly d: { readonly conversationId: string; readonly body: string } };
export type Push = { readonly seq: number; readonly body: string };

/** What a faulty system does with a push to one member: give back none, several, or other ones. */
export type Fault = (push: Push, place: number) => readonly Push[];
export type Script = {
  readonly fault?: Fault;
  readonly refuses?: (seq: number) => boolean;
  readonly ackSeq?: (seq: number) => number;
  readonly isRelay?: boolean;
};

const honest: Fault = (push) => [push];

/** One conversation whose system is a script, so that the counting can be held against planted faults. */
export const scriptedConversation = (
  memberCount: number,
  senderCount: number,
  script: Script = {},
): LoadedConversation => {
  const { fault = honest, refuses = () => false, ackSeq = (seq) => seq, isRelay = false } = script;
  const members: FrameSocket[] = [];
  let nextSeq = 1;
  const deliver = (place: number, push: Push): void => {
    const bytes = Buffer.from(`{"ev":"message.sent","d":${JSON.stringify(push)}}`);
    members[place]?.onMessage(bytes, 0, bytes.length);
  };
  const serve = (sender: number, { id, d }: Request): void => {
    if (refuses(nextSeq)) return acknowledge(sender, id, false, 0);
    const push = { seq: nextSeq, body: d.body };
    nextSeq += 1;
    if (!isRelay) acknowledge(sender, id, true, ackSeq(push.seq));
    members.forEach((_, place) => {
      if (isRelay && place === sender) return;
      for (const sent of fault(push, place)) deliver(place, sent);
    });
  };
  const acknowledge = (sender: number, id: number, isOk: boolean, seq: number): void => {
    const bytes = Buffer.from(`{"re":${id},"ok":${isOk},"d":{"seq":${seq}}}`);
    members[sender]?.onAck(id, isOk, bytes, 0, bytes.length);
  };
  for (let place = 0; place < memberCount; place += 1)
    members.push({
      onMessage: () => {},
      onAck: () => {},
      onLost: () => {},
      request: () => Promise.resolve({}),
      send: (text: string) => setImmediate(() => serve(place, JSON.parse(text) as Request)),
    } as unknown as FrameSocket);
  return { conversationId: 'c', headSeq: 0, members, senderCount };
};
