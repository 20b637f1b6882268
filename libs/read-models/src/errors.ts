import { OperatorError } from '@verbatim/platform';

/** The file is not ours: nothing is read from it and nothing is written to it. */
export class ForeignReadModelsError extends OperatorError {
  override readonly name = 'ForeignReadModelsError';

  constructor(readonly file: string) {
    super(`${file} is not a read-models file of this program; move it away or set another data directory`);
  }
}

/** Ours, but folded from another log, or from this one before it was restored. Disposable. */
export class OtherLogReadModelsError extends OperatorError {
  override readonly name = 'OtherLogReadModelsError';

  /** @param place the file, or the database and the variable that names it */
  constructor(readonly place: string) {
    super(`${place} belongs to another event log or to another epoch of it; run "npm run rebuild" to make it anew`);
  }
}

/** Ours, but unreadable or of another layout. Disposable: the log has everything. */
export class DamagedReadModelsError extends OperatorError {
  override readonly name = 'DamagedReadModelsError';

  constructor(
    /** The file, or the database and the variable that names it. */
    readonly place: string,
    /** SQLite's code, or which layout it has. */
    readonly code: string,
  ) {
    super(`${place} cannot be read (${code}); run "npm run rebuild" to make it anew from the log`);
  }
}

/** The database has something in it, and nothing says that it is ours: nothing is read from it and nothing is written to it. */
export class ForeignReadModelsDatabaseError extends OperatorError {
  override readonly name = 'ForeignReadModelsDatabaseError';

  constructor(place: string, collection: string) {
    super(
      `${place} holds ${JSON.stringify(collection)}, which is not of this program; name an empty database for the read models`,
    );
  }
}

/** The engine does not answer, or not as what was opened. The same call may succeed later; whether a write took effect is unknown. */
export class ReadModelsUnavailableError extends Error {
  override readonly name = 'ReadModelsUnavailableError';
}

/** What was given as the `next` of a page before was never one. */
export class BadPageMarkError extends Error {
  override readonly name = 'BadPageMarkError';

  constructor() {
    super('no page ended with this mark');
  }
}
