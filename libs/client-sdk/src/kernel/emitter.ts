export type Listener<Payload> = (payload: Payload) => void;

/**
 * Typed events, delivered at once and in the order of subscription. A listener that throws does not stop the others
 * and does not disturb the client: its error surfaces as an uncaught one, where every runtime reports it.
 */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Returns the function that ends the subscription. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const known = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, known);
    known.add(listener);
    return () => void known.delete(listener);
  }

  /** Resolves with the next event of this name that the predicate accepts. */
  next<Name extends keyof Events>(
    name: Name,
    accepts: (payload: Events[Name]) => boolean = () => true,
  ): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const stop = this.on(name, (payload) => {
        if (!accepts(payload)) return;
        stop();
        resolve(payload);
      });
    });
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        (listener as Listener<Events[Name]>)(payload);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
