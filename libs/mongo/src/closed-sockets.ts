import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoNetworkError } from 'mongodb';

type Write = (this: WritingConnection, command: unknown, options: unknown) => Promise<unknown>;
type WritingConnection = { readonly socket: Socket };
type ConnectionClass = { readonly prototype: { writeCommand: Write } };

let isDone = false;

/**
 * mongodb 7.9.0 waits for `drain` when a socket does not take a command at once. A socket that has been destroyed, and has not yet said
 * `close`, never drains: the command hangs for ever, without any time-out. When it is the heartbeat, sent in the moment in
 * which all sockets of a server are cut, the server is never looked at again, and the process needs a new start. Here the wait
 * ends with the socket, in memory, for every client of the process.
 */
export const endWritesWithTheirSocket = (): void => {
  if (isDone) return;
  isDone = true;
  const { Connection } = createRequire(import.meta.url)('mongodb/lib/cmap/connection.js') as {
    readonly Connection: ConnectionClass;
  };
  const write = Connection.prototype.writeCommand;
  Connection.prototype.writeCommand = async function (this: WritingConnection, command, options): Promise<unknown> {
    const { socket } = this;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const end = (): void => reject(new MongoNetworkError('the socket is closed'));
    socket.once('close', end);
    if (socket.destroyed) end();
    try {
      return await Promise.race([ended, write.call(this, command, options)]);
    } finally {
      socket.removeListener('close', end);
    }
  };
};
