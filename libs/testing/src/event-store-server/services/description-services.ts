import { randomUUID } from 'node:crypto';
import { messages, type FeaturesServer, type GossipServer } from '../wire/messages.js';
import { uuidMessage } from '../wire/uuids.js';

const STREAMS = 'event_store.client.streams.streams';
const TICKS_PER_MS = 10_000n;
/** A client looks these up in lower case; without `batchappend` it falls back to the classic append. */
const METHODS: readonly (readonly [string, readonly string[]])[] = [
  ['read', ['position', 'events']],
  ['append', []],
  ['delete', []],
  ['tombstone', []],
  ['batchappend', ['deadline_duration']],
];

/** What the server says it is and can do. */
export const featuresService =
  (version: string): FeaturesServer['getSupportedMethods'] =>
  (_call, answer) => {
    const { SupportedMethods, SupportedMethod } = messages.features;
    const methods = METHODS.map(([name, features]) =>
      new SupportedMethod()
        .setServiceName(STREAMS)
        .setMethodName(name)
        .setFeaturesList([...features]),
    );
    answer(null, new SupportedMethods().setEventStoreServerVersion(version).setMethodsList(methods));
  };

/** A cluster of one, which leads. */
export const gossipService =
  (address: () => { readonly host: string; readonly port: number }): GossipServer['read'] =>
  (_call, answer) => {
    const { ClusterInfo, EndPoint, MemberInfo } = messages.gossip;
    const { host, port } = address();
    const member = new MemberInfo()
      .setInstanceId(uuidMessage(randomUUID(), true))
      .setTimeStamp((BigInt(Date.now()) * TICKS_PER_MS).toString())
      .setState(MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new EndPoint().setAddress(host).setPort(port));
    answer(null, new ClusterInfo().setMembersList([member]));
  };
