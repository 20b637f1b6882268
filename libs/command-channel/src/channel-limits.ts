/** Bounds of the channel between a gateway and the command-apis. Specs lower them; nobody else has a reason to. */
export const channelLimits = {
  /** A call is answered within this, retries included; then it is `unavailable`. */
  callMaxMs: 1_800,
  /**
   * … but for one that hashes a password: it waits in a queue of its own. Were it given up before its turn, a crowd that
   * logs in would keep an instance at work for those who are gone, and leave them sessions that nobody has.
   */
  passwordCallMaxMs: 10_000,
  /** How exactly that is kept. */
  deadlineCheckMs: 50,
  /** Calls of one gateway that wait for their answer; one more is `overloaded`. */
  waitingMaxCalls: 20_000,
  /** Calls and bytes of one request. A single call is never larger: the edge bounds frames and bodies. */
  batchMaxCalls: 256,
  batchMaxBytes: 1_048_576,
  /** Requests to one instance at a time, of calls that are quick and of calls that are known to be slow. */
  promptRequestsMax: 48,
  patientRequestsMax: 16,
  /** A TCP connection that takes longer counts as refused. */
  connectMaxMs: 500,
  /** An instance at work sends an empty line this often … */
  heartbeatMs: 200,
  /** … and one that is not heard for so long while it owes answers counts as gone. */
  silenceMaxMs: 700,
  /** An instance that failed is asked after so long whether it is back. */
  restMs: 500,
  probeMaxMs: 500,
  /** Wait before a call goes to an instance a second time: full jitter over a bound that doubles. */
  retryBaseMs: 20,
  retryCapMs: 300,
  /** Largest body that a command-api reads from a gateway: a full batch and what is around it. */
  bodyMaxBytes: 1_179_648,
  /** Calls that one command-api executes for all gateways at a time; one more is `overloaded`. */
  executingMaxCalls: 20_000,
} as const;

export type ChannelLimits = { readonly [Name in keyof typeof channelLimits]: number };
