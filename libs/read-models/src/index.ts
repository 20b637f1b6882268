export * from './read-models.js';
export * from './read-model-store.js';
export * from './errors.js';
export { SupersededBuildError } from './superseded-build-error.js';
export { historyItemTextOf, wireEventOf, type WireEvent } from './wire/wire-event.js';
export type { AnyCollection, Collection, DocumentId, Guarded } from './projection/collection.js';
export { UnknownEventTypeError, type PoisonPolicy, type Projection } from './projection/projection.js';
export { DocumentCache } from './projection/document-cache.js';
export { foldBatch } from './projection/fold-batch.js';
export { FoldError } from './projection/fold-error.js';
export { projections } from './projections.js';
export { nameKeyOf } from './users/users.projection.js';
export { openSqliteReadModels, type SqliteReadModelsOptions } from './sqlite/sqlite-read-model-store.js';
export { openSqliteReadModelsToRebuild } from './sqlite/open-to-rebuild.js';
export {
  openMessageIds,
  openReadModels,
  openReadModelsToRebuild,
  READ_MODEL_URL_PROTOCOLS,
  readModelsFileOf,
  type OpenReadModelsOptions,
} from './open-read-models.js';
