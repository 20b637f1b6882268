import { IdentityError } from '@verbatim/identity';
import type { ErrorCode } from '@verbatim/protocol';
import { authenticator } from './identity-authority.js';

const refusing = (error: Error) => authenticator({ authenticate: () => Promise.reject(error) });

describe('a token', () => {
  it.each<ErrorCode>(['token-invalid', 'token-expired', 'session-ended', 'account-suspended', 'busy', 'unavailable'])(
    'that is refused for %s is answered so',
    async (code) => {
      expect(await refusing(new IdentityError(code))('token')).toEqual({ ok: false, code });
    },
  );

  it.each([new IdentityError('log-full'), new Error('nobody foresaw this')])(
    'that is refused for another reason is nobody’s fault but ours: %s',
    async (error) => {
      await expect(refusing(error)('token')).rejects.toBe(error);
    },
  );
});
