/**
 * The bare `ws` relay that every figure of the server is set against: it parses a message, makes the push and sends it to the
 * other members. No accounts, no membership, no acknowledgement, nothing stored.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

type Room = { readonly members: Set<WebSocket>; nextSeq: number };
type Request = {
  readonly id: number | string;
  readonly op: string;
  readonly d: { readonly conversationId: string; readonly clientMsgId?: string; readonly body?: string };
};

const rooms = new Map<string, Room>();

const join = (socket: WebSocket, { id, d: { conversationId } }: Request): void => {
  const room = rooms.get(conversationId) ?? { members: new Set(), nextSeq: 0 };
  rooms.set(conversationId, room);
  room.members.add(socket);
  socket.on('close', () => room.members.delete(socket));
  socket.send(JSON.stringify({ re: id, ok: true, d: {} }));
};

const relay = (socket: WebSocket, { d: { conversationId, clientMsgId, body } }: Request): void => {
  const room = rooms.get(conversationId);
  if (room === undefined) return;
  const seq = room.nextSeq;
  room.nextSeq += 1;
  const text = JSON.stringify({
    ev: 'message.sent',
    d: { conversationId, seq, clientMsgId, body, sentAt: Date.now() },
  });
  for (const member of room.members) if (member !== socket) member.send(text);
};

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const request = JSON.parse((data as Buffer).toString()) as Request;
    if (request.op === 'join') join(socket, request);
    else relay(socket, request);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`relay ready ${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => process.exit(0));
