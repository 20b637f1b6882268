import { createLogger } from './logger.js';
import type { LogFields } from './logger.js';

/** The record that one line of log holds, and its line. */
const logged = (fields: LogFields, message = 'it happened'): { record: Record<string, unknown>; line: string } => {
  const lines: string[] = [];
  createLogger({ name: 'spec', level: 'debug', sink: { write: (line) => void lines.push(line) } }).warn(
    message,
    fields,
  );
  expect(lines).toHaveLength(1);
  const line = lines[0] as string;
  return { record: JSON.parse(line) as Record<string, unknown>, line };
};

describe('a record', () => {
  it('is one line of JSON with time, level and origin', () => {
    const { record } = logged({ count: 3 });
    expect(record).toMatchObject({ level: 'warn', name: 'spec', message: 'it happened', count: 3 });
    expect(record.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
  it.each([
    ['CR and LF', 'a\r\n{"level":"error"}'],
    ['a terminal command', '\u001b[2J\u001b[31mred'],
    ['an eight-bit terminal command', '\u009b2J'],
    ['line separators', 'a\u2028b\u2029c\u0085d'],
    ['a bidirectional override', '\u202etxt.exe'],
    ['NUL and DEL', 'a\u0000b\u007f'],
  ])('stays one inert line with %s in a field, a key or the message', (_, text) => {
    for (const { record, line } of [logged({ text2: text }), logged({ [text]: 1 }), logged({}, text)]) {
      expect(line).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]*\n$/);
      expect(JSON.stringify(record)).toContain(JSON.stringify(text).slice(1, -1));
    }
  });
  it('holds no secret and no content, however deep', () => {
    const canary = 'canary-5f1c';
    const { line } = logged({
      accessToken: canary,
      refresh_token: canary,
      password: canary,
      newPassword: canary,
      request: { headers: { Authorization: canary, cookie: canary }, body: { text: canary } },
      list: [{ secret: canary }, { messageBody: canary }],
      passwordHash: canary,
    });
    expect(line).not.toContain(canary);
    expect(line).toContain('[redacted]');
  });
  it('keeps what merely sounds like a secret', () => {
    expect(logged({ bodyBytes: 12, tokenCount: 3, contextId: 'c' }).record).toMatchObject({
      bodyBytes: 12,
      tokenCount: 3,
      contextId: 'c',
    });
  });
  it('holds the type, code, message and cause of an error', () => {
    const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), { code: 'E_FAR' });
    expect(logged({ error }).record.error).toMatchObject({
      type: 'RangeError',
      code: 'E_FAR',
      message: 'too far',
      cause: { message: 'why' },
    });
  });
  it('is bounded, whatever it is given', () => {
    const circular: Record<string, unknown> = { text2: 'x'.repeat(1_000_000), list: Array(10_000).fill(1) };
    circular['self'] = circular;
    circular['cause'] = new Error('x'.repeat(1_000_000));
    for (let key = 0; key < 1_000; key += 1) circular[`key${key}`] = key;
    expect(logged({ circular, buffer: Buffer.alloc(1_000_000), big: 2n ** 70n }).line.length).toBeLessThan(40_000);
  });
});

describe('a logger', () => {
  it('leaves out what is below its level', () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'spec', level: 'warn', sink: { write: (line) => void lines.push(line) } });
    logger.debug('no');
    logger.info('no');
    logger.warn('yes');
    logger.error('yes');
    expect(lines).toHaveLength(2);
  });
  it('passes its fields on to its children, without secrets', () => {
    const lines: string[] = [];
    const logger = createLogger({ name: 'spec', level: 'info', sink: { write: (line) => void lines.push(line) } });
    logger.child({ traceId: 't', token: 'canary' }).child({ part: 'p' }).info('it happened', { count: 1 });
    expect(JSON.parse(lines[0] as string)).toMatchObject({ traceId: 't', part: 'p', count: 1, token: '[redacted]' });
  });
});
