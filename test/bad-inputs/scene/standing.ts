import type { HttpAnswer } from '@verbatim/testing/scenario';
import type { Client } from './client.js';
import type { Scene } from './scene.js';

/** Longest part of an input that is looked for in the log: a record may have cut it. */
const TRACE_CHARACTERS = 24;
const TRACE_MIN_CHARACTERS = 10;

/** Which of the texts, or the beginning of which, the output shows. */
export const tracesIn = (output: string, texts: Iterable<string>): readonly string[] => {
  const found: string[] = [];
  for (const text of texts) {
    const trace = text.slice(0, TRACE_CHARACTERS);
    if (trace.length >= TRACE_MIN_CHARACTERS && output.includes(trace)) found.push(trace);
  }
  return found;
};

/** A failure that the server is allowed: 503 with the time after which to come back. Every other 5xx is a finding. */
export const isServerFailure = ({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>): boolean =>
  status >= 500 && !(status === 503 && headers.get('retry-after') !== null);

/** What has to hold around every hostile input, whatever is answered. */
export type Aftermath = {
  readonly logGrewBy: number;
  readonly bystanderServed: boolean;
  readonly ready: number;
  readonly traces: readonly string[];
};

export const unharmed: Aftermath = { logGrewBy: 0, bystanderServed: true, ready: 200, traces: [] };

/** Another person is served over both transports. */
const serve = async (scene: Scene, bystander: Client): Promise<boolean> => {
  const [pong, me] = await Promise.all([
    bystander.ask('ping', {}),
    scene.http('/v1/me', { token: bystander.person.accessToken }),
  ]);
  return pong.ok && me.status === 200;
};

/**
 * Runs the hostile input while a bystander is served, and tells what it did to the service.
 * @param inputs texts of the input; none of them may be written to the server's output
 */
export const aftermathOf = async (
  scene: Scene,
  bystander: Client,
  inputs: readonly string[],
  attack: () => Promise<unknown>,
): Promise<Aftermath> => {
  const rowsBefore = scene.logRows();
  const [bystanderServed] = await Promise.all([serve(scene, bystander), attack()]);
  const ready = await scene.http('/health/ready');
  const output = scene.server.output() + scene.server.errorOutput();
  return {
    logGrewBy: scene.logRows() - rowsBefore,
    bystanderServed,
    ready: ready.status,
    traces: tracesIn(output, [...scene.secrets, ...inputs]),
  };
};
