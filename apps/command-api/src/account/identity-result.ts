import { IdentityError } from '@verbatim/identity';
import type { Tokens } from '@verbatim/identity';
import type { OperationCall } from '@verbatim/http-edge';
import type { OpResult, TokensReply } from '@verbatim/protocol';
import { fail, succeed } from '../operation/op-results.js';

/** What identity refuses is an answer; anything else it throws nobody foresaw. */
export const identityResult = async (call: OperationCall, act: () => Promise<OpResult>): Promise<OpResult> => {
  const { traceId } = call;
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    const { code, retryAfterMs } = error;
    return fail(code, retryAfterMs === undefined ? { traceId } : { traceId, retryAfterMs });
  }
};

export const tokensResult = (status: 200 | 201, tokens: Tokens): OpResult => {
  const { userId, deviceId, accessToken, accessTokenExpiresAt, refreshToken } = tokens;
  const reply: TokensReply = {
    userId,
    deviceId,
    accessToken,
    accessTokenExpiresAt: accessTokenExpiresAt as TokensReply['accessTokenExpiresAt'],
    refreshToken,
  };
  return succeed(status, reply);
};
