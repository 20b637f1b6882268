import { CursorKeeper } from './cursor-keeper.js';

const keeper = () => {
  const made = new CursorKeeper();
  made.restore('c1');
  return made;
};

describe('the place to resume from', () => {
  it('is the newest cursor while nothing is missing', () => {
    const made = keeper();
    made.advance('c2');
    expect(made.resumePoint()).toBe('c2');
  });

  it('stays before a hole until the hole is filled', () => {
    const made = keeper();
    made.holeOpened();
    made.advance('c2');
    made.prove('c3');
    expect(made.resumePoint()).toBe('c1');
    made.holesClosed();
    expect(made.resumePoint()).toBe('c3');
  });

  it('goes back to the last proof after a lost push', () => {
    const made = keeper();
    made.prove('c2');
    made.advance('c3');
    made.fallBack();
    expect(made.resumePoint()).toBe('c2');
  });

  it('goes back to the last proof although a younger hole is open', () => {
    const made = keeper();
    made.advance('c2');
    made.holeOpened();
    made.fallBack();
    expect(made.resumePoint()).toBe('c1');
  });
});
