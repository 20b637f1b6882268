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

  constructor(readonly file: string) {
    super(`${file} belongs to another event log or to another epoch of it; run "npm run rebuild" to make it anew`);
  }
}

/** Ours, but unreadable or of another layout. Disposable: the log has everything. */
export class DamagedReadModelsError extends OperatorError {
  override readonly name = 'DamagedReadModelsError';

  constructor(
    readonly file: string,
    /** SQLite's code, or which layout it has. */
    readonly code: string,
  ) {
    super(`${file} cannot be read (${code}); run "npm run rebuild" to make it anew from the log`);
  }
}

/** What was given as the `next` of a page before was never one. */
export class BadPageMarkError extends Error {
  override readonly name = 'BadPageMarkError';

  constructor() {
    super('no page ended with this mark');
  }
}
