import type { ParkedEvents, ParkedEventsStore } from './parked-events.js';

/** For a replay that is compared and thrown away. */
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
