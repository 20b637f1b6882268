import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ChannelLimits } from '../channel-limits.js';
import { batchText } from '../wire/call-text.js';
import { CHANNEL_PATH } from '../wire/channel-route.js';
import { authorizationOf } from '../wire/channel-secret.js';
import { type BatchEnd, BatchRequest } from './batch-request.js';
import { CallLane } from './call-lane.js';
import type { PendingCall } from './pending-call.js';

export type LinkObserver = {
  /** The instance answered, or ended a request without all its answers. */
  readonly onEnd: (link: InstanceLink, end: BatchEnd, unanswered: readonly PendingCall[]) => void;
};

/** The kept connections to one command-api: what arrives in one turn of the loop goes in one request. */
export class InstanceLink {
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #prompt: CallLane;
  readonly #patient: CallLane;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param url origin of the instance */
  constructor(
    readonly url: string,
    secret: string,
    private readonly limits: ChannelLimits,
    private readonly observer: LinkObserver,
  ) {
    const send = (calls: readonly PendingCall[], onEnd: () => void): void => this.#send(calls, onEnd);
    this.#prompt = new CallLane(limits, limits.promptRequestsMax, send);
    this.#patient = new CallLane(limits, limits.patientRequestsMax, send);
    this.#agent = new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true, scheduling: 'lifo' });
    this.#headers = { authorization: authorizationOf(secret) };
  }

  enqueue(call: PendingCall): void {
    call.tried.push(this.url);
    (call.isPatient ? this.#patient : this.#prompt).enqueue(call);
  }

  /** Calls that wait for a request to go with; they were not sent. */
  takeUnsent(): readonly PendingCall[] {
    return [...this.#prompt.takeAll(), ...this.#patient.takeAll()];
  }

  /** Whether the instance would take calls now. */
  probe(): Promise<boolean> {
    return new Promise((resolve) => {
      const request = this.#open('GET', {});
      const timer = setTimeout(() => request.destroy(), this.limits.probeMaxMs);
      const tell = (isUp: boolean): void => {
        clearTimeout(timer);
        resolve(isUp);
      };
      request.on('response', (response) => {
        response.resume();
        tell(response.statusCode === 204);
      });
      request.on('error', () => tell(false));
      request.on('close', () => tell(false));
      request.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(method: 'GET' | 'POST', headers: Readonly<Record<string, string | number>>) {
    const open = this.url.startsWith('https:') ? httpsRequest : httpRequest;
    return open(`${this.url}${CHANNEL_PATH}`, {
      method,
      agent: this.#agent,
      headers: { ...this.#headers, ...headers },
    });
  }

  #send(calls: readonly PendingCall[], onEnd: () => void): void {
    const nowMs = performance.now();
    const body = Buffer.from(batchText(calls.map((call) => ({ text: call.text, waitMs: call.waitMsAt(nowMs) }))));
    const request = this.#open('POST', { 'content-type': 'application/json', 'content-length': body.length });
    const unanswered = new Map(calls.entries());
    const finish = (end: BatchEnd): void => {
      onEnd();
      this.observer.onEnd(this, end, [...unanswered.values()]);
    };
    new BatchRequest(request, calls.length, this.limits, {
      onAnswer: (number, result) => {
        unanswered.get(number)?.answered(result);
        unanswered.delete(number);
      },
      onEnd: finish,
    });
    request.end(body);
  }
}
