import Database from 'better-sqlite3';
import type { Fields } from '@verbatim/testing/scenario';
import type { StoredEvent } from './evidence.js';

type Row = {
  readonly row: number;
  readonly streamName: string;
  readonly revision: number;
  readonly header: string;
  readonly payload: string;
};

const ROWS_AFTER = `
  SELECT events.row_number AS row, streams.name AS streamName, events.revision, events.header, events.payload
  FROM events LEFT JOIN streams ON streams.stream_id = events.stream_id
  WHERE events.row_number > ? ORDER BY events.row_number`;

const toEvent = ({ row, streamName, revision, header, payload }: Row): StoredEvent => {
  const { type, metadata } = JSON.parse(header) as { type: string; metadata: { commandId: string } };
  return { row, streamName, revision, type, data: JSON.parse(payload) as Fields, commandId: metadata.commandId };
};

/** Reads the log's file by SQL of the test's own, past every library of the product. A running server does not mind. */
export const readRawLog = (file: string, afterRow = 0): readonly StoredEvent[] => {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.prepare<[number], Row>(ROWS_AFTER).all(afterRow).map(toEvent);
  } finally {
    db.close();
  }
};
