export { progressLines } from './cli/command-line.js';
export { openProjectorLease } from './leadership/projector-lease.js';
export * from './parked/parked-events.js';
export { openParkedEvents } from './parked/state-parked-events.js';
export { Leadership, type Lease, type LedWork, type LeadershipOptions } from './leadership/leadership.js';
export {
  PARKED_EVENTS,
  PROJECTOR_LEADERSHIP,
  ProjectorModule,
  type ProjectorDependencies,
} from './projector.module.js';
export { projectorProcessConfig, type ProjectorProcessConfig } from './process/projector-process.config.js';
export { rebuild, RebuildStoppedError, type RebuildOptions, type RebuildReport } from './rebuild/rebuild.js';
export { KAFKA_RELAY, kafkaRelay } from './reactors/kafka-relay.reactor.js';
export { REACTOR_CHECKPOINTS, type ReactorCheckpointDocument } from './reactors/reactor-checkpoints.js';
export type { Reactor } from './reactors/reactor.js';
export { rewindReactorCheckpoints } from './reactors/rewind-checkpoints.js';
export { Reactors, type ReactorsDependencies } from './reactors/reactors.js';
export { ReadModelsAheadError } from './runner/checkpoint-check.js';
export { ProjectionRunner, type ProjectionRunnerOptions, type ProjectionStatus } from './runner/projection-runner.js';
export {
  MovedWhileVerifyingError,
  verify,
  type DocumentDifference,
  type VerifyOptions,
  type VerifyReport,
} from './verify/verify.js';
