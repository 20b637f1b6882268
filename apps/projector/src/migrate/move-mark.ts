import type { LogIdentity } from '@verbatim/event-store';
import { OperatorError } from '@verbatim/platform';
import type { Collection, StateStore } from '@verbatim/state';

/** Collection of State; its one document says that this State was moved here, for which log. */
export const MOVES = 'moves';
const ID = 'state';

/** `digest`: SHA-256 of what was copied; null while the copy is not complete. */
type MoveDocument = { readonly logId: string; readonly epoch: number; readonly digest: string | null };

/** Tells a copy of ours from the State of somebody else, and an unused one from one that is in use. */
export class MoveMark {
  private constructor(
    private readonly documents: Collection<MoveDocument>,
    private document: MoveDocument,
    private version: number,
  ) {}

  /** Null where no State was moved to. */
  static async of(state: StateStore): Promise<MoveMark | null> {
    const documents = await state.collection<MoveDocument>({ name: MOVES });
    const stored = await documents.get(ID);
    return stored === null ? null : new MoveMark(documents, stored.document, stored.version);
  }

  static async set(state: StateStore, { logId, epoch }: LogIdentity): Promise<MoveMark> {
    const documents = await state.collection<MoveDocument>({ name: MOVES });
    const document = { logId, epoch, digest: null };
    if ((await documents.insert(ID, document)) === 'inserted') return new MoveMark(documents, document, 1);
    throw new OperatorError('somebody else moves State to the same place');
  }

  get digest(): string | null {
    return this.document.digest;
  }

  /** @throws OperatorError when it was copied for another log, or another epoch of it */
  refuseOther({ logId, epoch }: LogIdentity): void {
    if (this.document.logId === logId && this.document.epoch === epoch) return;
    throw new OperatorError('--state names the State of another log: name an empty database');
  }

  async note(digest: string | null): Promise<void> {
    const document = { ...this.document, digest };
    if (!(await this.documents.replace(ID, document, this.version)))
      throw new OperatorError('somebody else moves State to the same place');
    this.document = document;
    this.version += 1;
  }
}
