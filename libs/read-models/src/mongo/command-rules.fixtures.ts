import type { Db, Document } from 'mongodb';

/** A command that was sent, without what the driver adds to each. */
export type SentCommand = { readonly name: string; readonly command: Document };

/** Of the driver and its sessions, whatever is asked of it. */
const OF_THE_DRIVER = new Set(['hello', 'isMaster', 'ismaster', 'ping', 'endSessions', 'killCursors', 'getMore']);
const NOT_OPERATORS = new Set(['$db', '$clusterTime', '$readPreference']);

/** Every command that a client sends from now on; it has to be opened with `monitorCommands=true`. */
export const recordCommands = ({ client }: Db, sent: SentCommand[]): void => {
  client.on('commandStarted', ({ commandName: name, command }) => {
    if (!OF_THE_DRIVER.has(name)) sent.push({ name, command });
  });
};

/** Names that start with `$`, at any depth. */
export const operatorsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(operatorsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name.startsWith('$') && !NOT_OPERATORS.has(name) ? [name, ...operatorsIn(part)] : operatorsIn(part),
  );
};

/** One thing looked for: which fields with which conditions, in which order. */
export type Look = { readonly collection: string; readonly filter: Document; readonly sort: Document };

/** The driver sends a sort as a map, which keeps the order of its fields. */
const plain = (sort: unknown): Document =>
  sort instanceof Map ? (Object.fromEntries(sort) as Document) : ((sort ?? {}) as Document);

export const looksIn = ({ name, command }: SentCommand): readonly Look[] => {
  const collection = String(command[name]);
  if (name === 'find') return [{ collection, filter: command['filter'] ?? {}, sort: plain(command['sort']) }];
  if (name === 'count') return [{ collection, filter: command['query'] ?? {}, sort: {} }];
  if (name === 'update')
    return (command['updates'] as readonly Document[]).map(({ q }) => ({
      collection,
      filter: q as Document,
      sort: {},
    }));
  return [];
};

const isEquality = (condition: unknown): boolean => operatorsIn(condition).every((operator) => operator === '$in');

/**
 * Whether an index leads to what is looked for in the order that is wanted: its first fields are those looked for by equality,
 * then comes the sort or a range.
 */
const isLedBy = (keys: readonly string[], { filter, sort }: Look): boolean => {
  const equal = new Set(Object.keys(filter).filter((field) => isEquality(filter[field])));
  let length = 0;
  while (equal.has(keys[length] ?? '')) length += 1;
  const ordered = Object.keys(sort);
  const rest = keys.slice(length);
  if (ordered.length > 0) return ordered.every((field, index) => rest[index] === field);
  return length > 0 || rest[0] === undefined || rest[0] in filter;
};

/** What is looked for that no index leads to. Where ids are looked for, the index of ids does. */
export const looksWithoutIndex = async (db: Db, looks: readonly Look[]): Promise<readonly Look[]> => {
  const without: Look[] = [];
  for (const look of looks) {
    const indexes = await db.collection(look.collection).indexes();
    const keys = indexes.map(({ key }) => Object.keys(key));
    if (!keys.some((each) => isLedBy(each, look))) without.push(look);
  }
  return without;
};
