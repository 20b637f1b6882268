export * from './parked/parked-events.js';
export { openParkedEvents } from './parked/state-parked-events.js';
export { ReadModelsAheadError } from './runner/checkpoint-check.js';
export { ProjectionRunner, type ProjectionRunnerOptions, type ProjectionStatus } from './runner/projection-runner.js';
