/** Outcome of a decider: at most one event (`null` when the command changes nothing), or the rule that refuses it. */
export type Decision<Event, Rejection> =
  | { readonly outcome: 'accepted'; readonly event: Event | null }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection };

export const accept = <Event>(event: Event | null = null): { outcome: 'accepted'; event: Event | null } => ({
  outcome: 'accepted',
  event,
});

export const reject = <Rejection>(rejection: Rejection): { outcome: 'rejected'; rejection: Rejection } => ({
  outcome: 'rejected',
  rejection,
});
