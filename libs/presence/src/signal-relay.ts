export type SignalListener = (topic: string, signal: string) => void;

/**
 * Carries what is never stored, as typing, to the other processes that follow a topic at this moment. At most once, without order
 * between senders; what cannot be sent now is lost. Never to the sending process itself.
 */
export interface SignalRelay {
  /** Returns at once. @param signal at most SIGNAL_MAX_LENGTH characters; a longer one is lost */
  publish(topic: string, signal: string): void;
  /** Signals of the topic are wanted here. Twice is once. */
  follow(topic: string): void;
  unfollow(topic: string): void;
  onSignal(listener: SignalListener): void;
}

export const SIGNAL_MAX_LENGTH = 1_024;

/** The relay of a process that is alone: there is nobody to tell. */
export const noSignals: SignalRelay = Object.freeze({
  publish: () => {},
  follow: () => {},
  unfollow: () => {},
  onSignal: () => {},
});
