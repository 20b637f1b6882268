/** What a published document says of the service that publishes it. */
export type DocumentInfo = {
  /** Version of the software, not of the protocol. */
  readonly version: string;
  /** Where clients reach the service: `https://chat.example.org`. */
  readonly publicUrl: string;
};
