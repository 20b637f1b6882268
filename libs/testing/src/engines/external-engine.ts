/** Servers that cannot be installed here and that somebody may have elsewhere, by the variable that names their URL. */
const VARIABLES = { 'event-store': 'TEST_EVENT_STORE_URL', 'read-model': 'TEST_READ_MODEL_URL' } as const;

export type ExternalEngineName = keyof typeof VARIABLES;

export type ExternalEngine =
  | { readonly available: true; readonly url: string }
  | { readonly available: false; readonly url: null; readonly reason: string };

/** A real EventStoreDB or a real mongod. Its content is the tests': they write to it and leave things behind. */
export const externalEngine = (name: ExternalEngineName): ExternalEngine => {
  const variable = VARIABLES[name];
  const url = process.env[variable]?.trim() ?? '';
  return url === '' ? { available: false, url: null, reason: `${variable} is not set` } : { available: true, url };
};
