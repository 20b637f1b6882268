import type { Build } from './read-model-store.js';

/** The build is no more: another one took over, or was started in its place. */
export class SupersededBuildError extends Error {
  override readonly name = 'SupersededBuildError';

  constructor({ projection, generation }: Build) {
    super(`generation ${generation} of ${projection} is no more`);
  }
}
