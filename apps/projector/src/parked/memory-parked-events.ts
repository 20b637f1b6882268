import type { ParkedEvents, ParkedEventsStore } from './parked-events.js';

/** For a build that nobody reads yet: what it parks is kept when it takes over. */
export const memoryParkedEvents = (): ParkedEventsStore => {
  const all = new Map<string, ParkedEvents>();
  const idOf = ({ projection, subjectId }: ParkedEvents): string => `${projection}/${subjectId}`;
  return {
    park: async (parked) => {
      if (!all.has(idOf(parked))) all.set(idOf(parked), parked);
    },
    all: async () => [...all.values()],
    remove: async (parked) => void all.delete(idOf(parked)),
  };
};
