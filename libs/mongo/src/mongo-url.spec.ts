import { OperatorError } from '@verbatim/platform';
import { isMongoUrl, mongoPlaceOf } from './mongo-url.js';

describe('the URL of a database', () => {
  it.each([
    ['mongodb://localhost/verbatim', 'localhost', 'verbatim'],
    ['mongodb://ada:p%40ss@a:27017,b:27018/chat-1_x?replicaSet=rs0', 'a:27017,b:27018', 'chat-1_x'],
    ['mongodb+srv://ada:pw@cluster.example.org/chat?tls=true', 'cluster.example.org', 'chat'],
    ['mongodb://[::1]:27017/chat', '[::1]:27017', 'chat'],
  ])('%s is read', (url, hosts, database) => {
    expect(isMongoUrl(url)).toBe(true);
    expect(mongoPlaceOf(url, 'STATE_URL')).toEqual({ hosts, database });
  });

  it.each([
    ['mongodb://ada:s3cret@host', 'names no database'],
    ['mongodb://ada:s3cret@host/', 'names no database'],
    ['mongodb://ada:s3cret@host?retryWrites=true', 'names no database'],
    ['mongodb://ada:s3cret@host/a.b', 'names a database that is not'],
    ['mongodb://ada:s3cret@host/$where', 'names a database that is not'],
    [`mongodb://ada:s3cret@host/${'x'.repeat(64)}`, 'names a database that is not'],
    ['mongodb://ada:s3cret@s3cret@host/chat', 'is no URL of the form'],
    ['mongodb://ada:s3cret@/chat', 'is no URL of the form'],
    ['mongodb:ada:s3cret', 'is no URL of the form'],
  ])('%s is refused in one line that names the variable and repeats nothing of the URL', (url, problem) => {
    const read = () => mongoPlaceOf(url, 'READ_MODEL_URL');
    expect(read).toThrow(OperatorError);
    expect(read).toThrow(new RegExp(`^READ_MODEL_URL ${problem}`));
    expect(read).not.toThrow('s3cret');
  });
});
