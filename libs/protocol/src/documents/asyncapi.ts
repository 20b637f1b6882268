import { SOCKET_PATH, SUBPROTOCOL } from '../limits.js';
import { operations, socketOperationNames } from '../operations.js';
import type { SocketOperationName } from '../operations.js';
import { componentName, componentRef } from '../schemas/component-names.js';
import { fieldRules } from '../schemas/field-rules.js';
import { wireEvents } from '../wire-events.js';
import type { WireEventName } from '../wire-events.js';
import { componentSchemas } from './components.js';
import type { Json } from './components.js';
import type { DocumentInfo } from './document-info.js';

const CHANNEL = 'socket';
const eventNames = Object.keys(wireEvents) as readonly WireEventName[];

const requestId = {
  oneOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', minLength: 1, maxLength: 64 },
  ],
};

const message = (name: string, summary: string, payload: Json): Json => ({
  name,
  summary,
  contentType: 'application/json',
  payload,
});

const requestMessage = (name: SocketOperationName): Json =>
  message(name, operations[name].summary, {
    type: 'object',
    properties: { id: requestId, op: { const: name }, d: componentRef(componentName(name, 'Request')) },
    required: ['id', 'op'],
    additionalProperties: false,
  });

const replyMessage = (name: SocketOperationName): Json =>
  message(`${name} reply`, 'The operation succeeded.', {
    type: 'object',
    properties: { re: requestId, ok: { const: true }, d: componentRef(componentName(name, 'Reply')) },
    required: ['re', 'ok', 'd'],
  });

const errorMessage = message('error', 'The operation was refused; `re` is null when the request had no usable id.', {
  type: 'object',
  properties: {
    re: { oneOf: [...requestId.oneOf, { type: 'null' }] },
    ok: { const: false },
    error: componentRef('ProtocolError'),
  },
  required: ['re', 'ok', 'error'],
});

const eventMessage = (name: WireEventName): Json =>
  message(name, wireEvents[name].meaning, componentRef(componentName(name, 'Push')));

const messages = (): Json => ({
  ...Object.fromEntries(
    socketOperationNames.flatMap((name) => [
      [componentName(name, 'Request'), requestMessage(name)],
      [componentName(name, 'Reply'), replyMessage(name)],
    ]),
  ),
  ...Object.fromEntries(eventNames.map((name) => [componentName(name, 'Push'), eventMessage(name)])),
  Error: errorMessage,
});

const channelRef = { $ref: `#/channels/${CHANNEL}` };
const messageRef = (name: string): Json => ({ $ref: `#/channels/${CHANNEL}/messages/${name}` });

const requestOperation = (name: SocketOperationName): Json => ({
  action: 'receive',
  channel: channelRef,
  summary: operations[name].summary,
  ...(fieldRules[name] ? { description: fieldRules[name].says } : {}),
  messages: [messageRef(componentName(name, 'Request'))],
  reply: { channel: channelRef, messages: [messageRef(componentName(name, 'Reply')), messageRef('Error')] },
});

const eventOperation = (name: WireEventName): Json => ({
  action: 'send',
  channel: channelRef,
  summary: wireEvents[name].meaning,
  messages: [messageRef(componentName(name, 'Push'))],
});

/** The interface on the socket as an AsyncAPI 3.0 document, made from the operation and event tables. */
export const asyncApiDocument = ({ version, publicUrl }: DocumentInfo): Json => ({
  asyncapi: '3.0.0',
  info: { title: 'Verbatim', version, license: { name: 'Apache-2.0' } },
  servers: {
    service: { host: publicUrl.replace(/^https?:\/\//, ''), protocol: publicUrl.startsWith('https:') ? 'wss' : 'ws' },
  },
  channels: {
    [CHANNEL]: {
      address: SOCKET_PATH,
      description: `Subprotocol ${SUBPROTOCOL}; text frames, each one JSON object.`,
      messages: Object.fromEntries(
        Object.keys(messages()).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
      ),
    },
  },
  operations: {
    ...Object.fromEntries(socketOperationNames.map((name) => [name, requestOperation(name)])),
    ...Object.fromEntries(eventNames.map((name) => [`push.${name}`, eventOperation(name)])),
  },
  components: { messages: messages(), schemas: componentSchemas() },
});
