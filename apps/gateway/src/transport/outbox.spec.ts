import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { Outbox } from './outbox.js';
import { TurnFlusher } from './turn-flusher.js';

/** A socket as the outbox sees it: it keeps what is written until the spec lets it go. */
class HeldSocket extends EventEmitter {
  readonly written: Buffer[] = [];
  writableLength = 0;
  destroyed = false;

  write(data: Buffer): void {
    this.written.push(data);
    this.writableLength += data.length;
  }

  take(bytes = this.writableLength): void {
    this.writableLength -= bytes;
    if (this.writableLength === 0) this.emit('drain');
  }
}

const QUEUE_MAX_BYTES = 1_000;
const opened = (flusher = new TurnFlusher()) => {
  const socket = new HeldSocket();
  const slow = { times: 0 };
  const owner = { onSlow: () => void (slow.times += 1) };
  const limits = { queueMaxBytes: QUEUE_MAX_BYTES, stallMaxMs: 10_000 };
  return { socket, slow, outbox: new Outbox(socket as unknown as Socket, flusher, limits, owner) };
};
const frame = (text: string): Buffer => Buffer.from(text);

describe('an outbox', () => {
  it('writes what a turn of the event loop collected once, in order', async () => {
    const { socket, outbox } = opened();
    for (const text of ['a', 'b', 'c']) outbox.push(frame(text));
    expect(socket.written).toEqual([]);
    await nextTurn();
    expect(socket.written.map(String)).toEqual(['abc']);
  });

  it('shares one buffer among those who get the same frames', async () => {
    const flusher = new TurnFlusher();
    const boxes = [opened(flusher), opened(flusher), opened(flusher)];
    const frames = [frame('a'), frame('b')];
    for (const { outbox } of boxes) for (const one of frames) outbox.push(one);
    await nextTurn();
    const written = new Set(boxes.map(({ socket }) => socket.written[0]));
    expect(written.size).toBe(1);
    expect(String([...written][0])).toBe('ab');
  });

  it('calls its owner when more than its bytes wait from earlier turns', async () => {
    const { socket, outbox, slow } = opened();
    for (let turn = 0; turn < 5; turn += 1) {
      outbox.push(Buffer.alloc(400));
      await nextTurn();
    }
    expect(slow.times).toBe(1);
    expect(socket.writableLength).toBeLessThanOrEqual(QUEUE_MAX_BYTES + 400 * 2);
  });

  it('lets one answer through that is larger than its bytes, and what follows it', async () => {
    const { outbox, slow } = opened();
    outbox.push(Buffer.alloc(QUEUE_MAX_BYTES * 5));
    await nextTurn();
    outbox.push(frame('push'));
    await nextTurn();
    expect(slow.times).toBe(0);
  });

  it('gives up within one turn when that alone is far too much', () => {
    const { outbox, slow } = opened();
    for (let count = 0; count < 9; count += 1) outbox.push(Buffer.alloc(QUEUE_MAX_BYTES));
    expect(slow.times).toBe(1);
  });

  it('is stalled when what is unsent has not moved for its time', async () => {
    const { socket, outbox } = opened();
    outbox.push(Buffer.alloc(100));
    await nextTurn();
    expect(outbox.isStalled(0)).toBe(false);
    expect(outbox.isStalled(9)).toBe(false);
    expect(outbox.isStalled(10)).toBe(true);
    socket.take(50);
    expect(outbox.isStalled(11)).toBe(false);
    expect(outbox.isStalled(20)).toBe(false);
    expect(outbox.isStalled(21)).toBe(true);
  });

  it('counts its time from the first look, however old the gateway is', async () => {
    const { outbox } = opened();
    outbox.push(Buffer.alloc(100));
    await nextTurn();
    expect(outbox.isStalled(1_000)).toBe(false);
    expect(outbox.isStalled(1_009)).toBe(false);
    expect(outbox.isStalled(1_010)).toBe(true);
  });

  it('is not stalled while nothing is unsent', async () => {
    const { socket, outbox } = opened();
    outbox.push(Buffer.alloc(100));
    await nextTurn();
    socket.take();
    expect(outbox.isStalled(100)).toBe(false);
    expect(outbox.isStalled(109)).toBe(false);
  });

  it('writes what was collected when it is closed, and nothing later', async () => {
    const { socket, outbox } = opened();
    outbox.push(frame('last'));
    outbox.close();
    outbox.push(frame('too late'));
    await nextTurn();
    expect(socket.written.map(String)).toEqual(['last']);
  });

  it('lets a replay go on when the socket has taken it', async () => {
    const { socket, outbox } = opened();
    outbox.push(Buffer.alloc(300_000));
    let isDrained = false;
    const drained = outbox.drained().then(() => (isDrained = true));
    await nextTurn();
    expect(isDrained).toBe(false);
    socket.take();
    await drained;
    expect(isDrained).toBe(true);
  });
});
