/** Brings the data of one event type from `fromVersion` to the next version. Pure; what it gets was stored at that version. */
export type Upcaster = {
  readonly type: string;
  readonly fromVersion: number;
  readonly upcast: (data: unknown) => unknown;
};

/** One entry per step that any event type ever took. Every type is at its first version: there is no step yet. */
export const upcasters: readonly Upcaster[] = [];
