/** Values that every run makes anew (ids, cursors, tokens), by the text that the document has in their place. */
export type Bindings = Map<string, string>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Inside an address. A long text is shortened in the document: `eyJh…Q` stands for the same whole text wherever it stands. */
const MADE_ANEW = /[\w.-]+…[\w.-]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bindText = (documented: string, actual: string, bindings: Bindings): readonly string[] => {
  if (INSTANT.test(documented)) return INSTANT.test(actual) ? [] : [`${actual} is no instant`];
  const bound = bindings.get(documented);
  if (bound !== undefined) return bound === actual ? [] : [`${documented} stood for ${bound}, now for ${actual}`];
  if (documented === actual) return [];
  const isMadeAnew = documented.includes('…') || (UUID.test(documented) && UUID.test(actual));
  if (!isMadeAnew) return [`${JSON.stringify(documented)} is ${JSON.stringify(actual)}`];
  bindings.set(documented, actual);
  return [];
};

/** Compares a documented value with the actual one and remembers what its made-up parts stand for. Returns the differences. */
export const bindingOf = (documented: unknown, actual: unknown, bindings: Bindings): readonly string[] => {
  if (typeof documented === 'string' && typeof actual === 'string') return bindText(documented, actual, bindings);
  if (Array.isArray(documented) && Array.isArray(actual)) {
    if (documented.length !== actual.length) return [`${documented.length} entries are ${actual.length}`];
    return documented.flatMap((entry, index) => bindingOf(entry, actual[index], bindings));
  }
  if (!isObject(documented) || !isObject(actual)) {
    return documented === actual ? [] : [`${JSON.stringify(documented)} is ${JSON.stringify(actual)}`];
  }
  const names = new Set([...Object.keys(documented), ...Object.keys(actual)]);
  return [...names].flatMap((name) => {
    if (!(name in documented)) return [`${name} is not in the document: ${JSON.stringify(actual[name])}`];
    if (!(name in actual)) return [`${name} is only in the document`];
    return bindingOf(documented[name], actual[name], bindings).map((problem) => `${name}: ${problem}`);
  });
};

/** A documented value with its made-up parts replaced by what they stand for. */
export const filledIn = (documented: unknown, bindings: Bindings): unknown => {
  if (typeof documented === 'string') return documented.replace(MADE_ANEW, (part) => bindings.get(part) ?? part);
  if (Array.isArray(documented)) return documented.map((entry) => filledIn(entry, bindings));
  if (!isObject(documented)) return documented;
  return Object.fromEntries(Object.entries(documented).map(([name, value]) => [name, filledIn(value, bindings)]));
};
