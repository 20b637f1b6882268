import { componentName, componentRef } from '../schemas/component-names.js';
import { eventSchemas } from '../schemas/events.js';
import { replySchemas } from '../schemas/replies.js';
import { requestSchemas } from '../schemas/requests.js';
import { errorCodes } from '../error-codes.js';
import { detailCodes } from '../protocol-error.js';
import { operationNames } from '../operations.js';
import { wireEvents } from '../wire-events.js';
import type { WireEventName } from '../wire-events.js';

export type Json = Readonly<Record<string, unknown>>;

const eventNames = Object.keys(wireEvents) as readonly WireEventName[];
const classOf = (name: WireEventName) => wireEvents[name].class;

const object = (properties: Json, required: readonly string[]): Json => ({ type: 'object', properties, required });

const item = (name: WireEventName): Json =>
  object({ type: { const: name }, ...eventSchemas[name].properties }, ['type', ...(eventSchemas[name].required ?? [])]);

const push = (name: WireEventName): Json => {
  const hasCursor = ['item', 'revision', 'state'].includes(classOf(name));
  const cur = hasCursor ? { cur: { type: 'string' } } : {};
  const d = componentRef(componentName(name, 'Data'));
  return {
    ...object({ ev: { const: name }, ...cur, d }, ['ev', ...Object.keys(cur), 'd']),
    description: wireEvents[name].meaning,
  };
};

const oneOf = (names: readonly WireEventName[], suffix: string): Json => ({
  oneOf: names.map((name) => componentRef(componentName(name, suffix))),
});

const keyed = (names: readonly WireEventName[], suffix: string, schema: (name: WireEventName) => Json): Json =>
  Object.fromEntries(names.map((name) => [componentName(name, suffix), schema(name)]));

const items = eventNames.filter((name) => classOf(name) === 'item');
const replayed = [...items, ...eventNames.filter((name) => classOf(name) === 'revision')];

const errorFields: Json = {
  code: componentRef('ErrorCode'),
  retryable: { type: 'boolean' },
  retryAfterMs: { type: 'integer', minimum: 0 },
  details: {
    type: 'array',
    items: object({ path: { type: 'string' }, code: { enum: Object.keys(detailCodes) } }, ['path', 'code']),
  },
  traceId: { type: 'string' },
};
const text: Json = { type: 'string' };

const errorSchemas: Json = {
  ErrorCode: { enum: Object.keys(errorCodes) },
  ProtocolError: object({ message: text, ...errorFields }, ['code', 'message', 'retryable', 'traceId']),
  Problem: object({ type: text, title: text, status: { type: 'integer' }, detail: text, ...errorFields }, [
    'type',
    'title',
    'status',
    'code',
    'retryable',
    'traceId',
  ]),
};

/** Every schema by its component name; the references in both documents point here. */
export const componentSchemas = (): Json => ({
  ...errorSchemas,
  ...keyed(eventNames, 'Data', (name) => ({ ...eventSchemas[name] })),
  ...keyed(eventNames, 'Push', push),
  ...keyed(items, 'Item', item),
  HistoryItem: oneOf(items, 'Item'),
  ReplayedPush: oneOf(replayed, 'Push'),
  Push: oneOf(eventNames, 'Push'),
  ...Object.fromEntries(operationNames.map((name) => [componentName(name, 'Request'), requestSchemas[name]])),
  ...Object.fromEntries(operationNames.map((name) => [componentName(name, 'Reply'), replySchemas[name]])),
});
