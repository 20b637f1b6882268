import { requestHttp, type Fields } from '@verbatim/testing/scenario';

const PASSWORD = 'a long enough password';

/** Registers an account, or logs in on a new device of it. */
export const tokensOf = async (url: string, route: 'register' | 'login', userName: string): Promise<Fields> => {
  const body = { userName, password: PASSWORD };
  const answer = await requestHttp(url, `/v1/auth/${route}`, { method: 'POST', body });
  if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer.body)}`);
  return answer.body as Fields;
};
