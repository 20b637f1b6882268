import type { Runtime, Timer } from '../kernel/runtime.js';
import type { ClientLimits } from '../options.js';
import type { Session } from '../session/session.js';
import type { SocketLink } from './socket-link.js';

/** Renews the access token of a live connection in place, before it expires. */
export class TokenRenewal {
  private timer: Timer | undefined;
  private link: SocketLink | undefined;
  private renewing = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly session: Session,
    private readonly limits: ClientLimits,
  ) {}

  watch(link: SocketLink): void {
    this.stop();
    this.link = link;
    // The lower bound keeps a wrong clock, or tokens shorter than the lead, from renewing all the time.
    const delayMs = Math.max(this.session.renewInMs(), this.limits.tokenRefreshIntervalMs);
    this.timer = this.runtime.after(delayMs, () => this.renewNow(link));
  }

  renewNow(link: SocketLink): void {
    if (!this.renewing) void this.renew(link);
  }

  stop(): void {
    this.timer?.cancel();
    this.link = undefined;
  }

  /** A failure is no matter: the next try is scheduled, and at the worst the server closes with `token-expired`. */
  private async renew(link: SocketLink): Promise<void> {
    this.renewing = true;
    try {
      const token = await this.session.accessToken(true);
      await link.send('auth.refresh', { token });
    } catch {
      // Reported when the connection ends: the next attempt asks for a token again.
    } finally {
      this.renewing = false;
    }
    if (this.link === link) this.watch(link);
  }
}
