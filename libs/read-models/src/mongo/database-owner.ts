import { MongoServerError } from 'mongodb';
import { mongoFailureOf } from '@verbatim/mongo';
import type { LogIdentity } from '@verbatim/event-store';
import { DamagedReadModelsError, ForeignReadModelsDatabaseError, OtherLogReadModelsError } from '../errors.js';
import { projections } from '../projections.js';
import type { Generation } from '../read-model-store.js';
import { collectionNames, createIndexes, drop } from './build-collections.js';
import {
  firstRecord,
  isOfLog,
  LAYOUT_VERSION,
  LOG_RECORD_ID,
  RECORDS_COLLECTION,
  type BuildsRecord,
  type LogRecord,
  type Records,
} from './builds-record.js';
import { generationIn, storedCollection, type StoredCollection, type StoredDocument } from './collection-layout.js';
import type { Connection } from './connection.js';
import { readRecords } from './records-reader.js';

/** Names of collections that servers make for themselves. */
const SYSTEM_COLLECTION = /^system\./;
const FIRST_GENERATION = 1 as Generation;

/** A database for the read models of one log, and how to speak of it to operators. */
export type DatabaseRequest = { readonly connection: Connection; readonly place: string; readonly log: LogIdentity };

/**
 * Makes what is missing in a database that is empty or ours. Any number of processes may do it at once.
 * @throws ForeignReadModelsDatabaseError, OtherLogReadModelsError, DamagedReadModelsError
 */
export const claimDatabase = async (request: DatabaseRequest): Promise<void> => {
  const { connection, log } = request;
  let records = await readRecords(connection);
  if (records.log === null) {
    await assertNothingForeign(request);
    await insertMissing(connection, { _id: LOG_RECORD_ID, layout: LAYOUT_VERSION, ...identityOf(log) });
    records = await readRecords(connection);
  }
  assertMine(request, records);
  for (const { name } of projections) {
    const record = records.builds.get(name) ?? firstRecord(name, FIRST_GENERATION);
    await createIndexes(connection, name, record.active.generation);
    if (record.building !== null) await createIndexes(connection, name, record.building.generation);
    if (!records.builds.has(name)) await insertMissing(connection, record);
  }
};

/**
 * Makes a database that is ours empty, for this log. Cut short it is still what it was, or empty, never half of both: the
 * records point at new builds before they are said to be of this log, and what they no longer name is dropped last.
 * @throws ForeignReadModelsDatabaseError
 */
export const resetDatabase = async (request: DatabaseRequest): Promise<void> => {
  const { connection, log } = request;
  const records = await readRecords(connection);
  if (records.log === null) await assertNothingForeign(request);
  const names = await collectionNames(connection);
  const generation = nextGeneration(names, records);
  for (const { name } of projections) {
    await createIndexes(connection, name, generation);
    await put(connection, firstRecord(name, generation));
  }
  await put(connection, { _id: LOG_RECORD_ID, layout: LAYOUT_VERSION, ...identityOf(log) });
  for (const name of names) if (generationIn(name) !== null) await drop(connection, name);
};

const identityOf = ({ logId, epoch }: LogIdentity): LogIdentity => ({ logId, epoch });

const nextGeneration = (names: readonly string[], { builds }: Records): Generation => {
  const given = [...builds.values()].map(({ lastGeneration }) => Number(lastGeneration)).filter(Number.isSafeInteger);
  return (Math.max(0, ...given, ...names.map((name) => generationIn(name) ?? 0)) + 1) as Generation;
};

const assertNothingForeign = async ({ connection, place }: DatabaseRequest): Promise<void> => {
  const isOurs = (name: string): boolean => name === RECORDS_COLLECTION || generationIn(name) !== null;
  const foreign = (await collectionNames(connection)).find((name) => !isOurs(name) && !SYSTEM_COLLECTION.test(name));
  if (foreign !== undefined) throw new ForeignReadModelsDatabaseError(place, foreign);
};

const assertMine = ({ place, log }: DatabaseRequest, records: Records): void => {
  const owner = records.log;
  if (owner === null) throw new DamagedReadModelsError(place, 'no record of its log');
  if (owner.layout !== LAYOUT_VERSION) throw new DamagedReadModelsError(place, `layout ${owner.layout}`);
  if (!isOfLog(owner, log)) throw new OtherLogReadModelsError(place);
};

const recordsCollection = ({ db }: Connection): StoredCollection => storedCollection(db, RECORDS_COLLECTION);

/** Another process may have been first. */
const insertMissing = async (connection: Connection, record: LogRecord | BuildsRecord): Promise<void> => {
  try {
    await connection.call(() => recordsCollection(connection).insertOne(record as unknown as StoredDocument));
  } catch (error) {
    if (!(error instanceof MongoServerError && mongoFailureOf(error) === 'duplicate-key')) throw error;
  }
};

const put = async (connection: Connection, { _id, ...record }: LogRecord | BuildsRecord): Promise<void> => {
  await connection.call(() => recordsCollection(connection).replaceOne({ _id }, record, { upsert: true }));
};
