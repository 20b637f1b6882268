import { commands, helpLines, parseInput } from './commands.js';

describe('a line', () => {
  it.each([
    ['', { kind: 'nothing' }],
    ['   ', { kind: 'nothing' }],
    ['hello there', { kind: 'message', body: 'hello there' }],
    ['//shrug', { kind: 'message', body: '/shrug' }],
    ['/direct bob', { kind: 'command', name: 'direct', words: ['bob'], rest: 'bob' }],
    ['/rename  green tea ', { kind: 'command', name: 'rename', words: ['green', 'tea'], rest: 'green tea' }],
    ['/quit', { kind: 'command', name: 'quit', words: [], rest: '' }],
    ['/direct', { kind: 'incomplete', name: 'direct' }],
    ['/constructor', { kind: 'unknown', name: 'constructor' }],
    ['/', { kind: 'unknown', name: '' }],
  ])('%j is %j', (line, meaning) => {
    expect(parseInput(line)).toEqual(meaning);
  });
});

describe('the help', () => {
  it('names every command', () => {
    expect(helpLines().map((line) => line.trim().split(' ')[0])).toEqual(
      Object.keys(commands).map((name) => `/${name}`),
    );
  });
});
