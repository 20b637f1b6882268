import { constants } from 'node:fs';
import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { LogEntry } from './stored-event.js';

const FILE_NAME = 'events.log';
/** Length and checksum, 4 bytes each, big endian. */
const FRAME_BYTES = 8;

const framed = (entry: LogEntry): Buffer => {
  const payload = serialize(entry);
  const frame = Buffer.allocUnsafe(FRAME_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.writeUInt32BE(crc32(payload), 4);
  payload.copy(frame, FRAME_BYTES);
  return frame;
};

type Recovered = { readonly entries: readonly LogEntry[]; readonly wholeBytes: number };

/** Reads up to the first record that is not whole: what follows was never acknowledged. */
const recover = (bytes: Buffer): Recovered => {
  const entries: LogEntry[] = [];
  let at = 0;
  while (at + FRAME_BYTES <= bytes.length) {
    const end = at + FRAME_BYTES + bytes.readUInt32BE(at);
    const payload = bytes.subarray(at + FRAME_BYTES, end);
    if (end > bytes.length || crc32(payload) !== bytes.readUInt32BE(at + 4)) break;
    entries.push(deserialize(payload) as LogEntry);
    at = end;
  }
  return { entries, wholeBytes: at };
};

/** The log on disk: one append-only file. What `write` has resolved for survives a kill. */
export class LogFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly entries: readonly LogEntry[],
  ) {}

  /** Opens or makes it, and cuts off a record that was torn by a kill. */
  static async open(directory: string): Promise<LogFile> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, FILE_NAME);
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
    const { entries, wholeBytes } = recover(await readFile(path));
    await truncate(path, wholeBytes);
    return new LogFile(handle, entries);
  }

  /** All of them durable with one sync. */
  async write(entries: readonly LogEntry[]): Promise<void> {
    await this.handle.appendFile(Buffer.concat(entries.map(framed)));
    await this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
