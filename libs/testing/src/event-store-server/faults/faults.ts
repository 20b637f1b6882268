/** What goes wrong on purpose. All of it is off until a spec asks for it. */
export type Faults = {
  /** Appends that are stored and never answered. */
  repliesToDrop: number;
  /** Appends before whose reply, but after whose sync, the process is killed; counts down to the one that is. Null: none. */
  killAfterAppends: number | null;
  /** Before every reply to an append, ms. */
  appendDelayMs: number;
  /** Everything is answered "not the leader, that one is". */
  leader: { readonly host: string; readonly port: number } | null;
};

export const noFaults = (): Faults => ({ repliesToDrop: 0, killAfterAppends: null, appendDelayMs: 0, leader: null });
