export * from './event-store.js';
export * from './errors.js';
export * from './transact.js';
export { codec, createCodec, type Codec, type EncodedEvent } from './codec/codec.js';
export { eventTypes, type StoredEvent } from './codec/event-types.js';
export { categoryOf } from './subscription/categories.js';
export { openEventStore, type OpenEventStoreOptions } from './open-event-store.js';
export { openMemoryEventStore } from './memory/memory-event-store.js';
export { openSqliteEventStore, type SqliteEventStoreOptions } from './sqlite/sqlite-event-store.js';
