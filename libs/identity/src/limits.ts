import { addressKeyOf } from '@verbatim/rate-limit';
import type { RateLimiter, RateLimitName, RateLimits } from '@verbatim/rate-limit';
import { IdentityError } from './identity-error.js';

/** Where a request comes from, as the edge knows it (behind a trusted proxy: what the proxy says). */
export type Requester = { readonly address: string };

/** The limits of logins and what belongs to them. A refusal comes before any hashing. */
export class IdentityLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly limits: RateLimits,
  ) {}

  async registration({ address }: Requester): Promise<void> {
    await this.take('registration:address', addressKeyOf(address));
    await this.take('registration:everyone', '');
  }

  loginFrom({ address }: Requester): Promise<void> {
    return this.take('login:address', addressKeyOf(address));
  }

  /**
   * A device that belongs to the account counts for itself: strangers who try the account, however many, do not lock its owner out.
   * @param account key of the account as asked for, whether it exists or not
   */
  async loginTo(account: string, knownDeviceId: string | null): Promise<void> {
    if (knownDeviceId !== null) return this.take('login:device', knownDeviceId);
    await this.take('login:account', account);
    await this.take('login:everyone', '');
  }

  refreshFrom({ address }: Requester): Promise<void> {
    return this.take('refresh:address', addressKeyOf(address));
  }

  refreshOf(sessionId: string): Promise<void> {
    return this.take('refresh:session', sessionId);
  }

  private async take(name: RateLimitName, whose: string): Promise<void> {
    const decision = await this.limiter.take(`${name}:${whose}`, this.limits[name]);
    if (!decision.allowed) throw new IdentityError('rate-limited', decision.retryAfterMs);
  }
}
