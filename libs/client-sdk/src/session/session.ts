import type { ErrorCode, LoginRequest, RegisterRequest, TokensReply } from '@verbatim/protocol';
import { RequestRejectedError, SignedOutError } from '../errors.js';
import { post } from './http.js';
import type { HttpPorts } from './http.js';
import type { SessionTokens, TokenStore } from './token-store.js';

/** The server has ended the session for good: another try with the same refresh token cannot help. */
const endsTheSession: ReadonlySet<ErrorCode> = new Set([
  'refresh-token-invalid',
  'refresh-token-reused',
  'session-ended',
  'account-suspended',
] as const);

/** The signed-in user of this device: register, login, refresh, logout. */
export class Session {
  private tokens: SessionTokens | undefined;
  private refreshing: Promise<SessionTokens> | undefined;
  private clockSkewMs = 0;

  constructor(
    private readonly http: HttpPorts,
    private readonly store: TokenStore,
    private readonly refreshLeadMs: number,
  ) {}

  get userId(): string | undefined {
    return this.tokens?.userId;
  }
  get deviceId(): string | undefined {
    return this.tokens?.deviceId;
  }

  /** Takes up the stored session. False when there is none. */
  async restore(): Promise<boolean> {
    this.tokens ??= await this.store.load();
    return this.tokens !== undefined;
  }

  register(request: RegisterRequest): Promise<SessionTokens> {
    return this.signIn('/v1/auth/register', request);
  }

  /** A `deviceId` of an earlier session keeps the device; one of this session is sent along. */
  async login(request: LoginRequest): Promise<SessionTokens> {
    return this.signIn('/v1/auth/login', request);
  }

  /** Ends the session at the server, then here. Here it ends even when the server cannot be reached. */
  async logout(): Promise<void> {
    try {
      await post(this.http, '/v1/auth/logout', undefined, await this.accessToken());
    } catch (error) {
      if (!(error instanceof SignedOutError)) throw error;
    } finally {
      await this.forget();
    }
  }

  /**
   * A token that is good for a while, refreshed when it is not; `renew` refreshes in any case.
   * Throws SignedOutError, UnreachableError, or RequestRejectedError (`rate-limited` and the like).
   */
  async accessToken(renew = false): Promise<string> {
    if (!(await this.restore()) || !this.tokens) throw new SignedOutError('no-session');
    if (!renew && this.expiresInMs(this.tokens) > 0) return this.tokens.accessToken;
    const { accessToken } = await this.refresh();
    return accessToken;
  }

  /** ms until the access token should be renewed: its expiry less the lead; 0 when that has passed. */
  renewInMs(): number {
    return this.tokens ? Math.max(0, this.expiresInMs(this.tokens)) : 0;
  }

  /** The server's clock decides when a token expires; this device's may be wrong. */
  learnServerTime(serverTime: string): void {
    const serverMs = Date.parse(serverTime);
    if (Number.isFinite(serverMs)) this.clockSkewMs = serverMs - this.http.runtime.wallMs();
  }

  private expiresInMs({ accessTokenExpiresAt }: SessionTokens): number {
    return Date.parse(accessTokenExpiresAt) - this.refreshLeadMs - (this.http.runtime.wallMs() + this.clockSkewMs);
  }

  private async signIn(path: string, request: object): Promise<SessionTokens> {
    return this.keep((await post(this.http, path, request)) as TokensReply);
  }

  private refresh(): Promise<SessionTokens> {
    this.refreshing ??= this.exchange().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async exchange(): Promise<SessionTokens> {
    const refreshToken = this.tokens?.refreshToken ?? '';
    try {
      return await this.keep((await post(this.http, '/v1/auth/refresh', { refreshToken })) as TokensReply);
    } catch (error) {
      if (!(error instanceof RequestRejectedError) || !endsTheSession.has(error.code)) throw error;
      await this.forget();
      throw new SignedOutError(error.code);
    }
  }

  private async keep(tokens: SessionTokens): Promise<SessionTokens> {
    await this.store.save(tokens);
    this.tokens = tokens;
    return tokens;
  }

  private async forget(): Promise<void> {
    this.tokens = undefined;
    await this.store.clear();
  }
}
