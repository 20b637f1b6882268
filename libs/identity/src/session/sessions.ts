import type { Clock } from '@verbatim/platform';
import type { Collection, StoredDocument } from '@verbatim/state';
import { IdentityError } from '../identity-error.js';
import type { DeviceRevocationReason, UserEvents } from '../user-events.js';
import type { Devices } from './devices.js';
import { parseRefreshToken } from './refresh-token.js';
import type { RefreshToken } from './refresh-token.js';
import { isLive, newSession, presentToken, rotated, standingOf } from './session-document.js';
import type { SessionDocument, SessionOwner, SessionRules } from './session-document.js';
import type { SessionActivity } from './session-activity.js';

/** Writers of one session that may come between a read and its guarded write. */
const ATTEMPTS_MAX = 8;
/** More than a user can have: 50 devices, and logins on them that race. */
const SESSIONS_OF_USER_MAX = 500;

export const SESSIONS_COLLECTION = { name: 'sessions', indexedFields: ['userId', 'unfinished'] } as const;

export type RefreshOutcome = {
  readonly session: SessionDocument;
  readonly sessionId: string;
  readonly refreshToken: string;
};

export type SessionsDeps = {
  readonly documents: Collection<SessionDocument>;
  readonly devices: Devices;
  readonly activity: SessionActivity;
  readonly events: UserEvents;
  readonly clock: Clock;
  readonly rules: SessionRules;
};

/** Sessions in State. Their end is durable there before it is an event, and an event before the document goes. */
export class Sessions {
  constructor(private readonly deps: SessionsDeps) {}

  /** @returns the session's first refresh token */
  async begin(owner: SessionOwner): Promise<string> {
    const { documents, clock, rules } = this.deps;
    const { document, refreshToken } = newSession(rules, owner, clock.nowMs());
    await documents.insert(owner.sessionId, document);
    return refreshToken;
  }

  /** The session that a refresh token names, if the token was ever one of its own. */
  async named(text: string): Promise<{ token: RefreshToken; session: SessionDocument } | null> {
    const token = parseRefreshToken(text);
    const stored = token === null ? null : await this.deps.documents.get(token.sessionId);
    if (token === null || stored === null) return null;
    const standing = standingOf(stored.document, token, this.deps.rules, this.deps.clock.nowMs());
    return standing === 'unknown' ? null : { token, session: stored.document };
  }

  /** @throws IdentityError `refresh-token-invalid`, or `refresh-token-reused` after the session was ended */
  async refresh(token: RefreshToken): Promise<RefreshOutcome> {
    const { documents, clock, rules } = this.deps;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const stored = await documents.get(token.sessionId);
      const nowMs = clock.nowMs();
      if (stored === null || !isLive(stored.document, nowMs)) throw new IdentityError('refresh-token-invalid');
      const { document: session, version } = stored;
      const standing = standingOf(session, token, rules, nowMs);
      if (standing === 'unknown') throw new IdentityError('refresh-token-invalid');
      if (standing === 'reused') {
        await this.end(token.sessionId, 'refresh-token-reused');
        throw new IdentityError('refresh-token-reused');
      }
      const { sessionId } = token;
      if (standing === 'repeated') return { session, sessionId, refreshToken: presentToken(session, token, rules) };
      const next = rotated(session, token, rules, nowMs);
      const written = await documents.replace(sessionId, next.document, version);
      if (written) return { session: next.document, sessionId, refreshToken: next.refreshToken };
    }
    throw new IdentityError('busy');
  }

  /**
   * Ends a session for good: its tokens stop, its device is revoked in the log, the document goes. Repeatable at every step.
   * @returns whether there was one
   */
  async end(sessionId: string, reason: DeviceRevocationReason): Promise<boolean> {
    const ending = await this.markEnding(sessionId, reason);
    this.deps.activity.ended(sessionId);
    if (ending !== null) await this.finishEnding(sessionId, ending);
    return ending !== null;
  }

  /** Ends those of the user's sessions that `which` picks, and finishes those among them that a crash left half ended. */
  async endOf(userId: string, which: (session: Session) => boolean, reason: DeviceRevocationReason): Promise<void> {
    for (const session of await this.allOf(userId)) if (which(session)) await this.end(session.sessionId, reason);
  }

  /** Forgets a session whose tokens nobody was given. */
  async drop(sessionId: string): Promise<void> {
    await this.deps.documents.delete(sessionId);
    this.deps.activity.ended(sessionId);
  }

  /** The user's sessions whose tokens are good now. */
  async liveOf(userId: string): Promise<readonly Session[]> {
    const nowMs = this.deps.clock.nowMs();
    return (await this.allOf(userId)).filter(({ document }) => isLive(document, nowMs));
  }

  /** Appends what a crash left out. @returns how many sessions were finished */
  async finishUnfinished(limit: number): Promise<number> {
    const found = await this.deps.documents.find('unfinished', 'ending', { limit });
    for (const { id, document } of found) await this.finishEnding(id, document);
    return found.length;
  }

  async isLive(sessionId: string): Promise<boolean> {
    const stored = await this.deps.documents.get(sessionId);
    return stored !== null && isLive(stored.document, this.deps.clock.nowMs());
  }

  private async allOf(userId: string): Promise<readonly Session[]> {
    const found = await this.deps.documents.find('userId', userId, { limit: SESSIONS_OF_USER_MAX });
    return found.map(({ id, document }) => ({ sessionId: id, document }));
  }

  private async markEnding(sessionId: string, reason: DeviceRevocationReason): Promise<SessionDocument | null> {
    const { documents } = this.deps;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const stored: StoredDocument<SessionDocument> | null = await documents.get(sessionId);
      if (stored === null) return null;
      if (stored.document.ending !== undefined) return stored.document;
      const ending: SessionDocument = { ...stored.document, ending: reason, unfinished: 'ending' };
      if (await documents.replace(sessionId, ending, stored.version)) return ending;
    }
    throw new IdentityError('busy');
  }

  private finishEnding(sessionId: string, { userId, deviceId, ending = 'revoked' }: SessionDocument): Promise<void> {
    return this.retire({ userId, deviceId, sessionId }, ending);
  }

  /**
   * Revokes a device that a session had, also when there is no such session any more. The event comes before the document goes, and
   * its id is the session's own: a session ends once, however often this runs.
   */
  async retire(
    had: { userId: string; deviceId: string; sessionId: string },
    reason: DeviceRevocationReason,
  ): Promise<void> {
    const { deviceId, sessionId } = had;
    await this.deps.devices.markRevoked(deviceId, sessionId);
    await this.deps.events.deviceRevoked({ deviceId, reason }, { ...had, commandId: sessionId });
    await this.drop(sessionId);
  }
}

export type Session = { readonly sessionId: string; readonly document: SessionDocument };
