import { once } from 'node:events';
import { WebSocket } from 'ws';
import { bindingOf, filledIn, type Bindings } from './session-values.fixtures.js';

/** One line of a documented session: what a person's client does, or what it receives. */
export type SessionLine = { readonly person: string; readonly text: string };

const FRAME_MAX_WAIT_MS = 15_000;
const REQUEST = /^→ (GET|POST|PATCH|DELETE) (\S+)(?: (\{.*\}))?$/;
const ANSWER = /^← (\d{3})(?: (\{.*\}))?$/;
const CLOSED = /^← close (\d{4}) (\S+)$/;

/** A line that is indented goes on with the one before. */
export const linesOf = (block: string): readonly SessionLine[] =>
  block
    .replaceAll(/\n\s+/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(' ');
      return { person: line.slice(0, at), text: line.slice(at + 1) };
    });

type Frame = Readonly<Record<string, unknown>>;
const sameKind = (documented: Frame, frame: Frame): boolean =>
  documented['re'] === undefined
    ? frame['ev'] === documented['ev'] && frame['re'] === undefined
    : frame['re'] === documented['re'];

/** One client of the session. Frames may come in another order than they are written down: reply and push are not ordered. */
class Person {
  #socket: WebSocket | null = null;
  #frames: Frame[] = [];
  #arrived: (() => void) | null = null;
  #closed: Promise<readonly [number, string]> | null = null;
  accessToken: string | null = null;
  answer: { readonly status: number; readonly body: unknown } | null = null;

  async connect(url: string): Promise<void> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/ws`, 'chat.v1.json');
    this.#socket = socket;
    this.#frames = [];
    this.#closed = new Promise((resolve) => socket.on('close', (code, why) => resolve([code, why.toString()])));
    socket.on('message', (data: Buffer) => {
      this.#frames.push(JSON.parse(data.toString()) as Frame);
      this.#arrived?.();
    });
    await once(socket, 'open');
  }

  send(frame: unknown): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  async hangUp(): Promise<void> {
    this.#socket?.close(1000);
    await this.#closed;
  }

  async closed(): Promise<string> {
    return ((await this.#closed) ?? []).join(' ');
  }

  async received(documented: Frame): Promise<Frame> {
    const untilMs = Date.now() + FRAME_MAX_WAIT_MS;
    for (;;) {
      const at = this.#frames.findIndex((frame) => sameKind(documented, frame));
      const [frame] = at < 0 ? [] : this.#frames.splice(at, 1);
      if (frame !== undefined) return frame;
      await this.#nextFrame(untilMs - Date.now(), documented);
    }
  }

  async request(url: string, method: string, path: string, body: unknown): Promise<void> {
    const headers = {
      ...(this.accessToken === null ? {} : { authorization: `Bearer ${this.accessToken}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(url + path, init);
    const text = await response.text();
    const answer = text === '' ? undefined : (JSON.parse(text) as Frame);
    this.accessToken = typeof answer?.['accessToken'] === 'string' ? answer['accessToken'] : this.accessToken;
    this.answer = { status: response.status, body: answer };
  }

  #nextFrame(timeoutMs: number, documented: Frame): Promise<void> {
    return new Promise((resolve, reject) => {
      const missing = new Error(`no frame like ${JSON.stringify(documented)}; got ${JSON.stringify(this.#frames)}`);
      const timer = setTimeout(() => reject(missing), Math.max(0, timeoutMs));
      this.#arrived = () => {
        clearTimeout(timer);
        this.#arrived = null;
        resolve();
      };
    });
  }

  end(): void {
    this.#socket?.terminate();
  }
}

/** Plays a documented session against a server. Returns what the server did otherwise, line by line. */
export const playSession = async (lines: readonly SessionLine[], url: string): Promise<readonly string[]> => {
  const people = new Map<string, Person>();
  const bindings: Bindings = new Map();
  const problems: string[] = [];
  for (const line of lines) {
    const person = people.get(line.person) ?? new Person();
    people.set(line.person, person);
    for (const problem of await step(person, line.text, url, bindings)) problems.push(`${line.text}\n  ${problem}`);
  }
  for (const person of people.values()) person.end();
  return problems;
};

const step = async (person: Person, text: string, url: string, bindings: Bindings): Promise<readonly string[]> => {
  if (text === 'connects') return none(person.connect(url));
  if (text === 'hangs up') return none(person.hangUp());
  const [, method = '', path = '', body] = REQUEST.exec(text) ?? [];
  if (method !== '') {
    const filled = body === undefined ? undefined : filledIn(JSON.parse(body), bindings);
    return none(person.request(url, method, String(filledIn(path, bindings)), filled));
  }
  const [, status, answer] = ANSWER.exec(text) ?? [];
  if (status !== undefined) {
    const documented = answer === undefined ? undefined : (JSON.parse(answer) as unknown);
    const { status: actual, body: actualBody } = person.answer ?? { status: 0, body: undefined };
    return [
      ...(String(actual) === status ? [] : [`answered ${actual}`]),
      ...bindingOf(documented, actualBody, bindings),
    ];
  }
  const [, code, why] = CLOSED.exec(text) ?? [];
  if (code !== undefined) return bindingOf(`${code} ${why}`, await person.closed(), bindings);
  if (text.startsWith('→ ')) {
    person.send(filledIn(JSON.parse(text.slice(2)), bindings));
    return [];
  }
  if (!text.startsWith('← ')) throw new Error(`not a line of a session: ${text}`);
  const documented = JSON.parse(text.slice(2)) as Frame;
  return bindingOf(documented, await person.received(documented), bindings);
};

const none = async (work: Promise<void>): Promise<readonly string[]> => {
  await work;
  return [];
};
