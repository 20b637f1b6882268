import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EventLog } from '../log/event-log.js';
import type { ReadService } from '../services/read-service.js';
import type { Faults } from './faults.js';

/** What a spec may ask: faults to set, or something to do now. */
export type FaultRequest = Partial<Faults> & {
  /** Ends every running subscription with `UNAVAILABLE`. */
  readonly endSubscriptions?: boolean;
  /** Lets every running subscription stay open and deliver nothing more. */
  readonly muteSubscriptions?: boolean;
  /** Replaces the data of a stored event. */
  readonly tamper?: { readonly stream: string; readonly revision: number; readonly data: string };
};

export type FaultDoor = { readonly url: string; readonly close: () => void };

type Reached = {
  readonly faults: Faults;
  readonly log: EventLog;
  readonly reads: Pick<ReadService, 'endSubscriptions' | 'muteSubscriptions'>;
};

const apply = async (request: IncomingMessage, { faults, log, reads }: Reached): Promise<void> => {
  const { endSubscriptions, muteSubscriptions, tamper, ...changed } = JSON.parse(await text(request)) as FaultRequest;
  Object.assign(faults, changed);
  if (endSubscriptions === true) reads.endSubscriptions();
  if (muteSubscriptions === true) reads.muteSubscriptions();
  if (tamper !== undefined && !log.index.tamper(tamper.stream, tamper.revision, Buffer.from(tamper.data)))
    throw new RangeError('there is no such event');
};

/** A door beside the protocol through which a spec breaks the server: `POST /` with a `FaultRequest`. */
export const openFaultDoor = async (reached: Reached): Promise<FaultDoor> => {
  const server: Server = createServer((request, response) => {
    apply(request, reached).then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
};
