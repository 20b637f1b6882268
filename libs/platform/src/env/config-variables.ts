export type ConfigVariableKind = 'int' | 'number' | 'string' | 'boolean' | 'url' | 'list' | 'secret';

/** One environment variable as the code reads it; docs/configuration is compared with these, both ways. */
export type ConfigVariable = {
  readonly name: string;
  readonly kind: ConfigVariableKind;
  /** `ms`, `bytes`, `1` for a count; absent where the kind says it all. */
  readonly unit?: string;
  /** The default as a person would type it; `required` and `none` where there is none. */
  readonly defaultText: string;
  readonly doc: string;
};

const variables = new Map<string, ConfigVariable>();

/** Called by the env reader for every read. Two reads that differ in anything stay two entries, so that a docs test sees them. */
export const registerConfigVariable = (variable: ConfigVariable): void => {
  variables.set(JSON.stringify(variable), variable);
};

/** Every variable read so far in this process, by name. Call each config function with `{}` first. */
export const configVariables = (): readonly ConfigVariable[] =>
  [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
