import { type OpResult, type ProtocolError, isErrorCode } from '@verbatim/protocol';

/** The answer to the call of that number, as one line of JSON. `d` is copied and never parsed on its way. */
export const answerLine = (number: number, result: OpResult): string =>
  result.ok
    ? `{"n":${number},"status":${result.status},"d":${result.dText === '' ? 'null' : result.dText}}\n`
    : `{"n":${number},"error":${JSON.stringify(result.error)}}\n`;

/** An instance that is at work and has nothing to say. */
export const HEARTBEAT_LINE = '\n';

export type Answer = { readonly number: number; readonly result: OpResult };

const SUCCESS = /^\{"n":(\d{1,6}),"status":(2\d\d),"d":(null|\{.*\})\}$/s;
const FAILURE = /^\{"n":(\d{1,6}),"error":(\{.*\})\}$/s;

/** Null for what is not an answer: whoever sends that is no command-api. @param line without its end */
export const answerOf = (line: string): Answer | null => {
  const [, of, status, dText] = SUCCESS.exec(line) ?? [];
  if (of !== undefined)
    return {
      number: Number(of),
      result: { ok: true, status: Number(status), dText: dText === 'null' ? '' : (dText as string) },
    };
  const [, number, errorText] = FAILURE.exec(line) ?? [];
  const error = errorText === undefined ? null : errorIn(errorText);
  return error === null ? null : { number: Number(number), result: { ok: false, error } };
};

const errorIn = (text: string): ProtocolError | null => {
  try {
    const error = JSON.parse(text) as ProtocolError;
    return typeof error.code === 'string' && isErrorCode(error.code) ? error : null;
  } catch {
    return null;
  }
};

/** Cuts a stream of text into lines; what has no end yet waits for the rest. */
export class LineSplitter {
  #rest = '';

  /** Lines that are whole now, heartbeats left out. */
  take(chunk: string): readonly string[] {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() as string;
    return lines.filter((line) => line !== '');
  }

  /** Characters that wait for the end of their line. */
  get waiting(): number {
    return this.#rest.length;
  }
}
