/** How one engine is found on this machine, started, and asked whether it answers. One per file of `programs/`. */

export type Found = {
  readonly found: true;
  readonly version: string;
  /** The program that is executed. */
  readonly file: string;
  /** Arguments that say where its code is, before those of the run. */
  readonly leading: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

export type NotFound = { readonly found: false; readonly reason: string };

/** One run: where it listens and what it keeps. */
export type EnginePlace = {
  readonly port: number;
  /** A second port, for engines that talk to themselves. */
  readonly innerPort: number;
  /** The port that clients are told to come back to; another than `port` when a proxy stands in front. */
  readonly advertisedPort: number;
  readonly directory: string;
};

export type EngineProgram = {
  readonly locate: () => Found | NotFound;
  /** Writes what must be in the folder before it starts; the same folder may have been used before. */
  readonly prepare?: (found: Found, place: EnginePlace) => Promise<void>;
  readonly args: (place: EnginePlace) => readonly string[];
  /** @param output what it printed before it answered */
  readonly url: (port: number, output: string) => string;
  /** Resolves when the server at that port gave a correct answer of its protocol. @param output all it printed so far */
  readonly answers: (port: number, output: string) => Promise<boolean>;
};
