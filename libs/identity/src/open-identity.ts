import type { CollectionDefinition } from '@verbatim/state';
import { ACCOUNTS_COLLECTION, Accounts } from './account/accounts.js';
import type { AccountDocument } from './account/accounts.js';
import { Login } from './account/login.js';
import { PasswordChange } from './account/password-change.js';
import { Registration } from './account/registration.js';
import { retellingUserEvents } from './account/retold-accounts.js';
import { UnfinishedWork } from './account/unfinished-work.js';
import type { Identity, IdentityDeps } from './identity.js';
import { IdentityService } from './identity-service.js';
import { IdentityLimits } from './limits.js';
import { createPasswordHasher } from './password/password-hasher.js';
import { Devices, DEVICES_COLLECTION } from './session/devices.js';
import type { DeviceDocument } from './session/devices.js';
import { createSessionActivity } from './session/session-activity.js';
import type { SessionDocument } from './session/session-document.js';
import { Sessions, SESSIONS_COLLECTION } from './session/sessions.js';
import { SignIn } from './session/sign-in.js';
import { withCodedFailures } from './state-refusals.js';
import { createAccessTokens } from './token/access-tokens.js';

/** Opens identity over its three collections of State: `accounts`, `devices`, `sessions`. */
export const openIdentity = async (deps: IdentityDeps): Promise<Identity> => {
  const { state, clock, keys, config, logger } = deps;
  const activity = createSessionActivity(clock);
  const open = async <T extends object>(definition: CollectionDefinition) =>
    withCodedFailures(await state.collection<T>(definition));
  const accounts = new Accounts(await open<AccountDocument>(ACCOUNTS_COLLECTION), clock);
  const events = retellingUserEvents(deps.events, accounts);
  const devices = new Devices(await open<DeviceDocument>(DEVICES_COLLECTION), clock);
  const documents = await open<SessionDocument>(SESSIONS_COLLECTION);
  const rules = { refreshSecret: keys.refreshSecret, ...config };
  const sessions = new Sessions({ documents, devices, activity, events, clock, rules });
  const accessTokens = createAccessTokens({ keys, ...config }, config.accessTokenTtlMs, clock);
  const limits = new IdentityLimits(deps.limiter, deps.limits);
  const { passwordHashConcurrency: concurrency, passwordHashWaitingMax: waitingMax } = config;
  const hasher = await createPasswordHasher({ concurrency, waitingMax });
  const signIn = new SignIn({ sessions, devices, events, accessTokens });
  const registration = new Registration({ accounts, events, hasher, limits, signIn });
  const login = new Login({ accounts, devices, events, hasher, limits, registration, sessions, signIn });
  const passwordChange = new PasswordChange({ accounts, events, hasher, limits, sessions });
  const unfinishedWork = new UnfinishedWork({ accounts, clock, logger, passwordChange, registration, sessions });
  return new IdentityService({
    ...{ accessTokens, accounts, activity, devices, events, hasher, keys, limits, logger },
    ...{ login, passwordChange, registration, sessions, signIn, unfinishedWork },
  });
};
