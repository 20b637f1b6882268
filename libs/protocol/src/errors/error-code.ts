/** What a client needs to know about a code before it has read a word of documentation. */
export type ErrorCodeFacts = {
  /** HTTP status of the code; the socket carries the code alone. */
  readonly status: number;
  /** True when the same request, sent again unchanged, may succeed. */
  readonly retryable: boolean;
  /** Advised wait when the server names no other; on every code with status 429 or 503. */
  readonly retryAfterMs?: number;
  /** One sentence for people; also the `title` of the problem document. */
  readonly meaning: string;
};
