import { parentPort, workerData } from 'node:worker_threads';
import { Writer } from './writer.js';
import {
  failureOf,
  type WriterOpened,
  type WriterOptions,
  type WriterReply,
  type WriterRequest,
} from './writer-messages.js';

const port = parentPort;
if (port === null) throw new Error('the read models are written in a worker thread');

const answer = (writer: Writer, request: WriterRequest): unknown => {
  switch (request.call) {
    case 'write':
      return writer.write(request.request);
    case 'builds':
      return writer.builds();
    case 'startBuild':
      return writer.startBuild(request.request);
    case 'activate':
      return writer.activate(request.request);
    case 'close':
      writer.close();
      return null;
  }
};

const serve = (writer: Writer): void => {
  port.on('message', (request: WriterRequest) => {
    let reply: WriterReply;
    try {
      reply = { id: request.id, outcome: 'done', reply: answer(writer, request) };
    } catch (error) {
      reply = { id: request.id, outcome: 'failed', error: failureOf(error) };
    }
    port.postMessage(reply);
  });
};

let opened: WriterOpened = { outcome: 'opened' };
try {
  serve(new Writer(workerData as WriterOptions));
} catch (error) {
  opened = { outcome: 'failed', error: failureOf(error) };
}
port.postMessage(opened);
