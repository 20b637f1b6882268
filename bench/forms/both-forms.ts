import { closeAll } from '../load/connections.js';
import type { LoadedConversation } from '../load/load-options.js';
import type { Account } from '../server/accounts.js';
import { withServer, type Bench } from '../works/bench.js';
import { withEnginesForm } from './engines-form.js';
import { embeddedForm, type Form } from './form.js';
import { FormDuel } from './form-duel.js';

export type DuelSettings = {
  readonly name: string;
  readonly accountCount: number;
  readonly converse: (
    gatewayUrls: readonly string[],
    accounts: readonly Account[],
  ) => Promise<readonly LoadedConversation[]>;
};

export type Served = { readonly form: Form; readonly accounts: readonly Account[] };

/** Runs work while both forms serve, each with accounts of its own. */
export const withBothForms = <Result>(
  bench: Bench,
  { name, accountCount }: Pick<DuelSettings, 'name' | 'accountCount'>,
  work: (embedded: Served, engines: Served) => Promise<Result>,
): Promise<Result> =>
  withServer(bench, { name, accountCount }, (server, accounts) =>
    withEnginesForm(bench, { name, accountCount }, (form, others) =>
      work({ form: embeddedForm(server), accounts }, { form, accounts: others }),
    ),
  );

/** The same conversations on both forms, and turns of the same load on them. */
export const withDuel = <Result>(
  bench: Bench,
  settings: DuelSettings,
  work: (duel: FormDuel) => Promise<Result>,
): Promise<Result> =>
  withBothForms(bench, settings, async (embedded, engines) => {
    const sideOf = async ({ form, accounts }: Served) => ({
      form,
      conversations: await settings.converse(form.gatewayUrls, accounts),
    });
    const sides = { embedded: await sideOf(embedded), engines: await sideOf(engines) };
    const result = await work(new FormDuel(settings.name.toUpperCase(), bench, sides));
    closeAll([...sides.embedded.conversations, ...sides.engines.conversations].flatMap(({ members }) => members));
    return result;
  });
