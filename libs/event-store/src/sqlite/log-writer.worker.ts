import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { HeadMarker, readMarker } from './head-marker.js';
import { START_CHECK_EVENTS, checkAgainstMarker, checkTail } from './log-head.js';
import type { FromWriter, WriterOptions } from './log-messages.js';
import { checkpoint, limitBytes, openForWriting, readIdentity } from './log-schema.js';
import { LogScrub } from './log-scrub.js';
import { LogVerifier } from './log-verifier.js';
import { LogWriter } from './log-writer.js';
import { WriterLoop } from './writer-loop.js';
import { toWriterError } from './writer-error.js';

const openLog = ({ file, adoptMarker, logMaxBytes }: WriterOptions) => {
  const db = openForWriting(file);
  try {
    const identity = readIdentity(db);
    const counter = checkAgainstMarker(db, readMarker(file), identity, adoptMarker);
    const head = checkTail(db);
    if (logMaxBytes !== null) limitBytes(db, logMaxBytes);
    return { db, identity, head, marker: new HeadMarker(file, identity.logId, head, counter) };
  } catch (error) {
    db.close();
    throw error;
  }
};

const serve = (port: MessagePort, options: WriterOptions): void => {
  const { db, identity, head, marker } = openLog(options);
  const scrub = new LogScrub(new LogVerifier(db), head.row - START_CHECK_EVENTS, (error) => loop.fail(error));
  const loop = new WriterLoop(port, db, new LogWriter(db, head), marker, () => {
    scrub.stop();
    checkpoint(db, 'TRUNCATE');
    db.close();
    marker.close();
  });
  scrub.start();
  port.postMessage({ kind: 'opened', identity, headRow: head.row } satisfies FromWriter);
};

const start = (port: MessagePort): void => {
  try {
    serve(port, workerData as WriterOptions);
  } catch (error) {
    port.postMessage({ kind: 'refused', error: toWriterError(error) } satisfies FromWriter);
    port.close();
  }
};

if (parentPort !== null) start(parentPort);
