import { afterLoad } from '../load/conversations.js';
import { faultsOf, type LoadedConversation, type Pace } from '../load/load-options.js';
import type { Figure } from '../report/figure.js';
import { medianOf } from '../report/statistics.js';
import type { Bench } from '../works/bench.js';
import type { Form } from './form.js';
import { measureForm, type MeasuredForm } from './measured-form.js';

/** One round: the same load on both forms. */
export type FormPair = { readonly embedded: MeasuredForm; readonly engines: MeasuredForm };
export type Side = { readonly form: Form; readonly conversations: readonly LoadedConversation[] };

/** The two forms take turns with the same load, so that a slow minute of the machine hits both. */
export class FormDuel {
  constructor(
    private readonly title: string,
    private readonly bench: Bench,
    private readonly sides: { embedded: Side; engines: Side },
  ) {}

  async round(title: string, pace: Pace, durationMs: number): Promise<FormPair> {
    return {
      embedded: await this.#half('embedded', title, pace, durationMs),
      engines: await this.#half('engines', title, pace, durationMs),
    };
  }

  async #half(name: keyof FormPair, title: string, pace: Pace, durationMs: number): Promise<MeasuredForm> {
    const { progress, plan, faults } = this.bench;
    const { form, conversations } = this.sides[name];
    progress.say(`${this.title} ${title}: ${name}`);
    const { messagesMax } = plan;
    const measured = await measureForm(form, { pace, durationMs, messagesMax, conversations });
    faults.push(...faultsOf(`${this.title} ${title}, ${name}`, measured.result));
    this.sides[name] = { form, conversations: await afterLoad(conversations) };
    return measured;
  }
}

/** Median of what the engines need, beside the embedded form. */
export const against = (
  pairs: readonly FormPair[],
  name: string,
  unit: string,
  of: (load: MeasuredForm) => number,
): Figure => ({
  name,
  unit,
  value: medianOf(pairs, ({ engines }) => of(engines)),
  baseline: { name: 'embedded', value: medianOf(pairs, ({ embedded }) => of(embedded)) },
});

/** The same of what the embedded form does not have. */
export const ofEngines = (
  pairs: readonly FormPair[],
  name: string,
  unit: string,
  of: (load: MeasuredForm) => number,
): Figure => ({ name, unit, value: medianOf(pairs, ({ engines }) => of(engines)) });

/** What was counted on both forms, one sentence each. */
export const countedTexts = (pairs: readonly FormPair[]): readonly string[] =>
  (['embedded', 'engines'] as const).map((form) => {
    const total = (of: (load: MeasuredForm) => number): string =>
      pairs.reduce((sum, pair) => sum + of(pair[form]), 0).toLocaleString('en-GB');
    return (
      `counted, ${form}: ${total(({ result }) => result.sent)} messages sent, ${total(({ result }) => result.acked)} acknowledged, ` +
      `${total(({ result }) => result.delivered + result.echoed)} pushes received, ${total(({ result }) => result.lost)} lost, ` +
      `${total(({ result }) => result.repeated)} repeated, ${total(({ result }) => result.outOfOrder)} out of order`
    );
  });
