import type { ReplayedPush } from '@verbatim/protocol';
import { isOwnArrival, isOwnDeparture } from './own-membership.js';

/** How far one conversation was applied, as it is stored between two runs. */
export type Progress = { readonly lastSeq: number; readonly left: boolean };

/** What an input led to: events to apply, in order, and whether a hole stands before events that are known of. */
export type SequencerStep = { readonly applied: readonly ReplayedPush[]; readonly hole: boolean };

export type SequencerLimits = { readonly heldEventsMax: number };

type Track = {
  lastSeq: number;
  /** The user is no member: the next event is his return, at any seq. */
  left: boolean;
  /** The highest seq that is known to exist. */
  wantedSeq: number;
  readonly held: Map<number, ReplayedPush>;
};

const NOTHING: SequencerStep = { applied: [], hole: false };

/**
 * Turns what the wire delivers at least once, in any order, into every seq exactly once, in order, per conversation.
 * Pure: it decides what to apply and where a hole is; fetching is the caller's.
 */
export class Sequencer {
  private readonly tracks = new Map<string, Track>();

  constructor(
    private readonly userId: string,
    private readonly limits: SequencerLimits,
  ) {}

  /** Takes what an earlier run had applied. */
  restore(progress: Readonly<Record<string, Progress>>): void {
    for (const [conversationId, { lastSeq, left }] of Object.entries(progress)) {
      this.tracks.set(conversationId, { lastSeq, left, wantedSeq: lastSeq, held: new Map() });
    }
  }

  progress(): Record<string, Progress> {
    const entries = [...this.tracks].map(([id, { lastSeq, left }]) => [id, { lastSeq, left }] as const);
    return Object.fromEntries(entries);
  }

  /** The last seq applied; undefined for a conversation that is not known. */
  lastSeq(conversationId: string): number | undefined {
    return this.tracks.get(conversationId)?.lastSeq;
  }

  /** How many events the hole of a conversation has at most. */
  missing(conversationId: string): number {
    const track = this.tracks.get(conversationId);
    return track ? track.wantedSeq - track.lastSeq : 0;
  }

  /** One event from a push or from a page. */
  offer(push: ReplayedPush): SequencerStep {
    const { conversationId, seq } = push.d;
    const track = this.tracks.get(conversationId) ?? this.begin(conversationId, seq - 1);
    if (seq <= track.lastSeq) return this.step(track, []);
    track.wantedSeq = Math.max(track.wantedSeq, seq);
    if (track.left && isOwnArrival(push, this.userId)) this.jump(track, seq - 1);
    if (seq === track.lastSeq + 1) return this.step(track, [this.apply(track, push), ...this.drain(track)]);
    if (track.held.size < this.limits.heldEventsMax) track.held.set(seq, push);
    return this.step(track, []);
  }

  /** The conversation is known to reach to `seq`; a conversation that was not known starts there. */
  reaches(conversationId: string, seq: number): SequencerStep {
    const track = this.tracks.get(conversationId) ?? this.begin(conversationId, seq);
    track.wantedSeq = Math.max(track.wantedSeq, seq);
    return this.step(track, []);
  }

  /** The user is no member any more, and has seen everything up to `seq`. */
  departed(conversationId: string): void {
    const track = this.tracks.get(conversationId);
    if (track) track.left = true;
  }

  /** Goes on behind `seq` without what lies before it. */
  skipTo(conversationId: string, seq: number): SequencerStep {
    const track = this.tracks.get(conversationId);
    if (!track) return NOTHING;
    this.jump(track, seq);
    return this.step(track, this.drain(track));
  }

  /** The end of the present hole: the seq before the first event that is held, or the highest that is known of. */
  holeEndsAt(conversationId: string): number {
    const track = this.tracks.get(conversationId);
    if (!track) return -1;
    let end = track.wantedSeq;
    for (const seq of track.held.keys()) end = Math.min(end, seq - 1);
    return end;
  }

  private begin(conversationId: string, lastSeq: number): Track {
    const track: Track = { lastSeq, left: false, wantedSeq: lastSeq, held: new Map() };
    this.tracks.set(conversationId, track);
    return track;
  }

  private apply(track: Track, push: ReplayedPush): ReplayedPush {
    track.lastSeq = push.d.seq;
    if (isOwnDeparture(push, this.userId)) track.left = true;
    if (isOwnArrival(push, this.userId)) track.left = false;
    return push;
  }

  private drain(track: Track): ReplayedPush[] {
    const applied: ReplayedPush[] = [];
    for (;;) {
      const next = track.held.get(track.lastSeq + 1);
      if (!next) return applied;
      track.held.delete(next.d.seq);
      applied.push(this.apply(track, next));
    }
  }

  private jump(track: Track, seq: number): void {
    track.lastSeq = Math.max(track.lastSeq, seq);
    track.wantedSeq = Math.max(track.wantedSeq, track.lastSeq);
    for (const held of track.held.keys()) if (held <= track.lastSeq) track.held.delete(held);
  }

  private step(track: Track, applied: readonly ReplayedPush[]): SequencerStep {
    return { applied, hole: track.lastSeq < track.wantedSeq };
  }
}
