import type { EngineProgram } from './engine-program.js';
import type { EngineName } from './installation.js';
import { eventStoreServer } from './programs/event-store-server.js';
import { ferretdb } from './programs/ferretdb.js';
import { kafka } from './programs/kafka.js';
import { mongoJavaServer } from './programs/mongo-java-server.js';
import { redis } from './programs/redis.js';
import { toxiproxy } from './programs/toxiproxy.js';
import { type RunningEngine, startEngine, type StartOptions } from './running-engine.js';

export type AvailableEngine = {
  readonly available: true;
  readonly version: string;
  /** Resolves when it answers its own protocol, within 90 s. @throws EngineStartError with its last output */
  readonly start: (options?: StartOptions) => Promise<RunningEngine>;
};

export type MissingEngine = { readonly available: false; readonly reason: string };

const PROGRAMS: Readonly<Record<EngineName, EngineProgram>> = {
  kafka,
  redis,
  ferretdb,
  'mongo-java-server': mongoJavaServer,
  'event-store-server': eventStoreServer,
  toxiproxy,
};

export const ENGINE_NAMES = Object.keys(PROGRAMS) as readonly EngineName[];

/** Looks whether this machine has the engine; installs nothing (`npm run engines -- install` does). */
export const engine = (name: EngineName): AvailableEngine | MissingEngine => {
  const program = PROGRAMS[name];
  const found = program.locate();
  if (!found.found) return { available: false, reason: found.reason };
  return {
    available: true,
    version: found.version,
    start: (options = {}) => startEngine({ name, program, found, options }),
  };
};
