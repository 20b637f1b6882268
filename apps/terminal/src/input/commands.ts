/** What a line means. */
export type Input =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'message'; readonly body: string }
  | { readonly kind: 'command'; readonly name: CommandName; readonly words: readonly string[]; readonly rest: string }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'incomplete'; readonly name: CommandName };

type CommandFacts = { readonly form: string; readonly meaning: string; readonly wordsMin: number };

/** Every command; the help is made of this table. */
export const commands = {
  direct: { form: 'NAME', meaning: 'open the direct conversation with NAME', wordsMin: 1 },
  group: { form: 'NAME [PEOPLE…]', meaning: 'make an invite-only group with these people and open it', wordsMin: 1 },
  'open-group': { form: 'NAME [PEOPLE…]', meaning: 'make a group that anyone may join, and open it', wordsMin: 1 },
  join: { form: 'ID', meaning: 'join an open group', wordsMin: 1 },
  add: { form: 'PEOPLE…', meaning: 'add people to this group', wordsMin: 1 },
  remove: { form: 'NAME', meaning: 'remove somebody from this group', wordsMin: 1 },
  leave: { form: '', meaning: 'leave this group', wordsMin: 0 },
  rename: { form: 'NAME', meaning: 'rename this group', wordsMin: 1 },
  list: { form: '', meaning: 'list the conversations', wordsMin: 0 },
  switch: { form: 'N', meaning: 'open the conversation with this number in the list', wordsMin: 1 },
  history: { form: '[N]', meaning: 'show N older lines (20)', wordsMin: 0 },
  members: { form: '', meaning: 'list the members of this conversation', wordsMin: 0 },
  who: { form: '', meaning: 'show who of this conversation is online', wordsMin: 0 },
  help: { form: '', meaning: 'show the commands', wordsMin: 0 },
  quit: { form: '', meaning: 'send what is unsent and end', wordsMin: 0 },
} as const satisfies Record<string, CommandFacts>;
export type CommandName = keyof typeof commands;

const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** A line that starts with `/` is a command; `//` sends a message that starts with one slash. */
export const parseInput = (line: string): Input => {
  const text = line.trim();
  if (text === '') return { kind: 'nothing' };
  if (!text.startsWith('/')) return { kind: 'message', body: text };
  if (text.startsWith('//')) return { kind: 'message', body: text.slice(1) };
  const [name = '', ...words] = text.slice(1).split(/\s+/);
  if (!isCommandName(name)) return { kind: 'unknown', name };
  if (words.length < commands[name].wordsMin) return { kind: 'incomplete', name };
  return { kind: 'command', name, words, rest: text.slice(1 + name.length).trim() };
};

export const helpLines = (): string[] =>
  Object.entries(commands).map(([name, { form, meaning }]) => `  ${`/${name} ${form}`.padEnd(30)}${meaning}`);
