/** The engines as the suites see them; the build of libs/testing must be there to look. */
import { CATALOGUE } from '../engines/cache.mjs';

const EXTERNAL = [
  { external: 'event-store', name: 'real EventStoreDB', title: 'a real EventStoreDB' },
  { external: 'read-model', name: 'real mongod', title: 'a real mongod' },
];

const loadDoor = () => import('../../libs/testing/dist/engines/index.js').catch(() => undefined);

/** @returns {Promise<{ name: string, title: string, version: string, kind: string, reason?: string }[]>} */
export const presentEngines = async () => {
  const door = await loadDoor();
  const reasonOf = (found) => (found.available ? {} : { reason: found.reason });
  const installed = Object.entries(CATALOGUE).map(([name, { kind, version }]) => {
    const found = door?.engine(name) ?? { available: false, reason: 'libs/testing is not built' };
    return { name, title: name, kind, version: found.version ?? version, ...reasonOf(found) };
  });
  const external = EXTERNAL.map(({ external: id, name, title }) => {
    const found = door?.externalEngine(id) ?? { available: false, reason: 'libs/testing is not built' };
    return { name, title, kind: 'real', version: 'not ours', isExternal: true, ...reasonOf(found) };
  });
  return [...installed, ...external];
};
