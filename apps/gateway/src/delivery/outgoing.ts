import type { Position, RecordedEvent } from '@verbatim/event-store';
import { encodePushText } from '@verbatim/protocol';
import { textFrameOf } from '../transport/text-frame.js';

/** A push as all its recipients get it: encoded at the first one, shared by the rest. */
export class Outgoing {
  #text: string | null = null;
  #frame: Buffer | null = null;
  #block: Buffer | null = null;

  constructor(private readonly encode: () => string) {}

  /** Null for a push that comes from no place in the log. */
  get cur(): string | null {
    return null;
  }

  /** `{"ev":…,"cur":…,"d":…}` */
  get text(): string {
    return (this.#text ??= this.encode());
  }

  /** The whole WebSocket frame. */
  get frame(): Buffer {
    return (this.#frame ??= textFrameOf(this.text));
  }

  /**
   * The whole server-sent event, its id the cursor. `event:` is not used: EventSource hands every push to `onmessage`, as a
   * socket does.
   */
  get block(): Buffer {
    const { cur } = this;
    return (this.#block ??= Buffer.from(`${cur === null ? '' : `id: ${cur}\n`}data: ${this.text}\n\n`));
  }
}

/** A push about a connection or a moment: no `cur`, never replayed. */
export const notice = (ev: string, d: object): Outgoing =>
  new Outgoing(() => encodePushText(ev, null, JSON.stringify(d)));

/** Sends a client away for a random time, so that those who were sent away together do not come back together. */
export const goAway = (withinMs: number): Outgoing =>
  notice('goaway', { afterMs: Math.floor(Math.random() * withinMs) });

export type WireEvent = { readonly ev: string; readonly dText: string };

/** A push that comes from the log: it has a place there, and its cursor is signed when its first recipient needs it. */
export class LogEvent extends Outgoing {
  #cur: string | null = null;

  constructor(
    readonly recorded: RecordedEvent,
    private readonly cursorOf: (recorded: RecordedEvent) => string,
    wireOf: (recorded: RecordedEvent) => WireEvent,
  ) {
    super(() => {
      const { ev, dText } = wireOf(recorded);
      return encodePushText(ev, this.cur, dText);
    });
  }

  override get cur(): string {
    return (this.#cur ??= this.cursorOf(this.recorded));
  }

  get position(): Position {
    return this.recorded.position;
  }
}
