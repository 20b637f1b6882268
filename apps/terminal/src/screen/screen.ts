/** What stands beside the lines: the state of the connection, and of the conversation that is open. */
export type Status = {
  readonly connection: string;
  readonly label: string;
  /** How far one's own last message has come; empty when there is none. */
  readonly mark: string;
  readonly typing: readonly string[];
  readonly unsent: number;
};

export interface Screen {
  /** True when `show` is seen; then what it shows needs no line of its own. */
  readonly showsStatus: boolean;
  /** One line, complete before the call returns. */
  print(line: string): void;
  /** Shown in the prompt of a terminal; a pipe prints nothing of it. */
  show(status: Status): void;
  close(): void;
}
