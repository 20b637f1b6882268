import { Type } from 'typebox';
import { CLIENT_NAME_MAX_CHARACTERS, SYNC_WAIT_DEFAULT_S, SYNC_WAIT_MAX_S, ZONE_MAX_CHARACTERS } from '../limits.js';
import { closed, oneLine, opaque, token, uuid } from './values.js';

const none = Type.Object({}, closed);
const cursor = Type.Optional(opaque('Where the reader left off.'));
const clientText = () => oneLine(CLIENT_NAME_MAX_CHARACTERS);

export const connectionRequests = {
  ping: none,
  auth: Type.Object(
    {
      token: token(),
      deviceId: Type.Optional(uuid()),
      client: Type.Optional(
        Type.Union([clientText(), Type.Object({ name: clientText(), version: Type.Optional(clientText()) }, closed)]),
      ),
      cursor,
    },
    closed,
  ),
  'auth.refresh': Type.Object({ token: token() }, closed),
  'sync.poll': Type.Object(
    {
      cursor,
      wait: Type.Optional(
        Type.Integer({ minimum: 0, maximum: SYNC_WAIT_MAX_S, default: SYNC_WAIT_DEFAULT_S, description: 'Seconds.' }),
      ),
    },
    closed,
  ),
  'sync.stream': Type.Object({ cursor }, closed),
  'gateway.find': Type.Object({ zone: Type.Optional(oneLine(ZONE_MAX_CHARACTERS)) }, closed),
};

export const serviceRequests = {
  'health.live': none,
  'health.ready': none,
  'metrics.read': none,
  'keys.list': none,
  'document.openapi': none,
  'document.asyncapi': none,
};
