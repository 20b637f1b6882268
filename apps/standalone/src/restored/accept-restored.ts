import { existsSync } from 'node:fs';
import { StreamedUserEvents, UserStreams, isUserInLog } from '@verbatim/command-api';
import {
  beginEpoch,
  beginEventStoreDbEpoch,
  isEventStoreDbUrl,
  openEventStore,
  type EventStore,
} from '@verbatim/event-store';
import { retellAccounts } from '@verbatim/identity';
import { OperatorError, type Lifecycle } from '@verbatim/platform';
import { openParkedEvents, progressLines, rebuild, rewindReactorCheckpoints } from '@verbatim/projector';
import type { ProjectorConfig } from '@verbatim/projector/config';
import { openReadModelsToRebuild } from '@verbatim/read-models';
import { openStateStore, type StateStore } from '@verbatim/state';

export type RestoredOptions = {
  readonly config: ProjectorConfig;
  /** Closes what was opened, also when the log turns out to be damaged later on. */
  readonly lifecycle: Lifecycle;
  readonly print: (line: string) => void;
};

/**
 * Takes what was restored, in the data folder or on servers, as the truth from now on: checks the whole log, begins a new epoch of it, tells it of the
 * accounts that it does not know, and folds its read models anew. May be repeated, also after it was broken off.
 */
export const acceptRestored = async ({ config, lifecycle, print }: RestoredOptions): Promise<void> => {
  await begin(config.eventStoreUrl, print);
  const eventStore = await openEventStore(config.eventStoreUrl, { onFatal: (error) => lifecycle.fatal(error) });
  lifecycle.onStop('event store', () => eventStore.close());
  await printNewest(eventStore, print);
  const state = await openState(config, print);
  lifecycle.onStop('state', () => state.close());
  // Before anything is appended: what is told now has reached no reactor.
  for (const reactor of await rewindReactorCheckpoints(eventStore, state))
    print(`the reactor ${reactor} was ahead of this log and goes on behind its end`);
  const { accounts, told } = await retellAccounts({
    state,
    events: new StreamedUserEvents(new UserStreams(eventStore)),
    isInLog: (userId) => isUserInLog(eventStore, userId),
  });
  print(`${accounts} accounts; the log was told of ${told} that it did not know`);
  const store = await openReadModelsToRebuild(config.readModelUrl, { log: eventStore.identity });
  lifecycle.onStop('read models', () => store.close());
  const parkedEvents = await openParkedEvents(state);
  const report = await rebuild({ eventStore, store, parkedEvents, onProgress: progressLines('rebuild', print) });
  print(`rebuilt the read models from ${report.events} events; the server may start`);
};

const fileOf = (eventStoreUrl: string): string => {
  const file = /^sqlite:(.+)$/.exec(eventStoreUrl)?.[1];
  if (file === undefined)
    throw new OperatorError('EVENT_STORE_URL has to be sqlite:<file> or esdb://…: nothing else is restored here');
  if (existsSync(file)) return file;
  throw new OperatorError(`there is no event log at ${file}: copy the backup there, or set DATA_DIR`);
};

const begin = async (url: string, print: (line: string) => void): Promise<void> => {
  const progress = progressLines('check', print);
  const onProgress = (checked: number): void => progress({ events: checked });
  // A server keeps no marker of its own beside the log.
  const { events, identity, markerWas } = isEventStoreDbUrl(url)
    ? { ...(await beginEventStoreDbEpoch(url, { onProgress })), markerWas: 'read' }
    : await beginEpoch(fileOf(url), { onProgress });
  print(`checked ${events} events: every one is what was written; the log begins epoch ${identity.epoch}`);
  if (markerWas !== 'read')
    print(`the head marker was ${markerWas} and was made anew: whether the end of the log was lost cannot be told`);
};

const printNewest = async (eventStore: EventStore, print: (line: string) => void): Promise<void> => {
  const position = await eventStore.headPosition();
  if (position === null) return print('the log is empty');
  const onDamage = (): null => null; // sound, and of a type that this release does not know
  const newest = await eventStore.readAt(position).catch(onDamage);
  if (newest === null) return print(`the newest record is at position ${position}; this release cannot read it`);
  const { event, streamName, metadata } = newest;
  print(`the newest record is ${event.type} in ${streamName}, position ${position}, of ${metadata.recordedAt}`);
};

const openState = async ({ stateUrl }: ProjectorConfig, print: (line: string) => void): Promise<StateStore> => {
  const file = /^sqlite:(.+)$/.exec(stateUrl)?.[1];
  if (file !== undefined && !existsSync(file)) print(`there is no ${file}: nobody of before can log in`);
  return openStateStore(stateUrl);
};
