import { parseArguments, WORKS } from './arguments.js';
import { planOf } from './plan.js';

const parsed = (...texts: string[]) => {
  const result = parseArguments(texts);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
};
const problemOf = (...texts: string[]): string => {
  const result = parseArguments(texts);
  return result.ok ? 'no problem' : result.problem;
};

describe('reading the command line', () => {
  it('runs everything in the default size when nothing is said', () => {
    expect(parsed()).toEqual({
      works: WORKS,
      isSelection: false,
      size: 'default',
      isJson: false,
      areEngines: false,
      isHelp: false,
      profileDirectory: null,
    });
  });

  it('runs what is named, once, in the order of the report', () => {
    expect(parsed('--only', 'w3, W1,w3').works).toEqual(['w1', 'w3']);
  });

  it('knows which work shows a target', () => {
    expect(parsed('--only', 't1,t2,t3,t4,t5,t6,t7').works).toEqual(['w1', 'w2', 'w3', 'w4', 't7']);
  });

  it('measures on engines what is measured there', () => {
    expect(parsed('--engines')).toMatchObject({ areEngines: true, works: ['w1', 'w2', 'w4'] });
    expect(parsed('--engines', '--only', 't4')).toMatchObject({ areEngines: true, works: ['w2'] });
  });

  it('takes the other options', () => {
    expect(parsed('--json', '--quick', '--profile', 'profiles')).toMatchObject({
      isJson: true,
      size: 'quick',
      profileDirectory: 'profiles',
    });
    expect(parsed('--long').size).toBe('long');
    expect(parsed('--help').isHelp).toBe(true);
  });

  it.each([
    [['--only', 'w9'], '--only does not know "w9"'],
    [['--only', ''], '--only does not know ""'],
    [['--engines', '--only', 'w1,t5'], '--engines does not measure w3'],
    [['--quick', '--long'], '--quick and --long contradict each other'],
  ])('refuses %p', (texts, problem) => {
    expect(problemOf(...texts)).toBe(problem);
  });

  it.each([[['--fast']], [['w1']], [['--only']], [['--json=yes']]])('refuses %p with one line', (texts) => {
    expect(problemOf(...texts)).toMatch(/^.*(--fast|w1|--only|--json)/);
  });
});

describe('choosing a plan', () => {
  it('grows the log to a million events when that work is asked for', () => {
    expect(planOf({ size: 'default', isSelection: true }).grownEvents).toBe(1_000_000);
    expect(planOf({ size: 'default', isSelection: false }).grownEvents).toBeLessThan(1_000_000);
  });

  it('takes ten million in the long plan and few in the quick one, named or not', () => {
    for (const isSelection of [true, false]) {
      expect(planOf({ size: 'long', isSelection }).grownEvents).toBe(10_000_000);
      expect(planOf({ size: 'quick', isSelection }).grownEvents).toBe(10_000);
    }
  });
});
