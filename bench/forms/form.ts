import type { ServerProcess } from '@verbatim/testing/scenario';

/** A process whose time is counted, by what it is. Those of one name count together. */
export type Part = { readonly name: string; readonly pid: number };

/** The service as a load meets it: one process, or several with their engines. */
export type Form = {
  readonly name: string;
  /** Where clients connect. Who shares a conversation is spread over all of them. */
  readonly gatewayUrls: readonly string[];
  /** Every process of the service that has metrics. */
  readonly metricsUrls: readonly string[];
  /** Whose metrics tell how far the read models are. */
  readonly projectorUrl: string;
  readonly parts: readonly Part[];
};

/** Everything in one process, on files. */
export const embeddedForm = ({ url, pid }: ServerProcess): Form => ({
  name: 'embedded',
  gatewayUrls: [url],
  metricsUrls: [url],
  projectorUrl: url,
  parts: [{ name: 'server', pid }],
});
