import { RequestRejectedError, SignedOutError, UnreachableError } from '@verbatim/client-sdk';
import type { VerbatimClient } from '@verbatim/client-sdk';
import { askPassword, askYesNo } from './input/password.js';

/** How the password is had: asked at a terminal, or the first line of a pipe. */
export type Asker = {
  readonly password: (question: string) => Promise<string | undefined>;
  readonly mayRegister: (userName: string) => Promise<boolean>;
};

export const terminalAsker: Asker = {
  password: askPassword,
  mayRegister: (userName) => askYesNo(`No account fits. Make the new account ${userName} with this password? [y/N] `),
};

/** A pipe cannot be asked: a name that is free is registered, one that is taken shows that the password was wrong. */
export const pipeAsker = (firstLine: string | undefined): Asker => ({
  password: () => Promise.resolve(firstLine),
  mayRegister: () => Promise.resolve(true),
});

/** Why there is no session, as a sentence for the user. */
export class SignInProblem extends Error {}

const said = (error: unknown): SignInProblem => {
  if (error instanceof UnreachableError) return new SignInProblem('the server cannot be reached: is it running?');
  if (error instanceof RequestRejectedError && error.code === 'user-name-taken') {
    return new SignInProblem('the password is wrong, or the name belongs to somebody else');
  }
  if (error instanceof RequestRejectedError) return new SignInProblem(`${error.code}: ${error.error.message}`);
  return new SignInProblem(error instanceof Error ? error.message : String(error));
};

/** True when the stored session is good, or cannot be checked because the server is away. */
const hasSession = async (client: VerbatimClient): Promise<boolean> => {
  if (!(await client.session.restore())) return false;
  try {
    await client.session.accessToken();
    return true;
  } catch (error) {
    return !(error instanceof SignedOutError);
  }
};

const refused = (error: unknown): boolean =>
  error instanceof RequestRejectedError && error.code === 'credentials-invalid';

/** Takes up the stored session, or logs in, or registers. Throws SignInProblem. */
export const signIn = async (
  client: VerbatimClient,
  asker: Asker,
  {
    userName,
    register,
    deviceId,
  }: { readonly userName: string; readonly register: boolean; readonly deviceId?: string },
): Promise<void> => {
  if (!register && (await hasSession(client))) return;
  const password = await asker.password(`Password of ${userName}: `);
  if (password === undefined || password === '') throw new SignInProblem('a password is needed');
  try {
    if (register) return void (await client.session.register({ userName, password, deviceName: 'terminal' }));
    const device = deviceId === undefined ? { deviceName: 'terminal' } : { deviceId };
    try {
      await client.session.login({ userName, password, ...device });
    } catch (error) {
      if (!refused(error)) throw error;
      if (!(await asker.mayRegister(userName))) throw new SignInProblem('user name and password do not fit');
      await client.session.register({ userName, password, deviceName: 'terminal' });
    }
  } catch (error) {
    throw error instanceof SignInProblem ? error : said(error);
  }
};
