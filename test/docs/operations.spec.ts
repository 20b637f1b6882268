import { operationNames, operations, pathFieldsOf, type Operation, type OperationName } from '@verbatim/protocol';
import { fieldRules, replySchemas, requestSchemas } from '@verbatim/protocol/schemas';
import { folderText, plain, sectionsOf, type Section } from './documents.fixtures.js';
import { fieldsOf } from './schema-words.fixtures.js';

const text = folderText('docs/protocol/operations');
const operationSections = (of: string): readonly Section[] =>
  sectionsOf(of).filter(({ tables }) => tables.some(({ head }) => head[0] === 'Fact'));

const rowsUnder = ({ tables }: Section, head: string): readonly (readonly string[])[] =>
  tables.find((table) => table.head[0] === head)?.rows ?? [];

/** What a section says, without the meanings, which are for people. */
const saidBy = (section: Section) => ({
  facts: Object.fromEntries(rowsUnder(section, 'Fact')),
  request: rowsUnder(section, 'Request field').map((row) => row.slice(0, 4)),
  reply: rowsUnder(section, 'Reply field').map((row) => row.slice(0, 3)),
});

const placeOf = ({ http, idempotencyField }: Operation, field: string): string => {
  const places = http.flatMap((binding) => {
    if (pathFieldsOf(binding).includes(field)) return ['path'];
    return binding.query?.includes(field) ? ['query'] : binding.body?.includes(field) ? ['body'] : [];
  });
  if (places.length > 0) return [...new Set(places)].join(' or ');
  return http.length > 0 && idempotencyField === field ? 'header' : '—';
};

const successOf = ({ http, successStatus, alternateStatus: other }: Operation): string => {
  if (http.length === 0) return 'reply';
  if (other === undefined) return String(successStatus);
  return `${successStatus}; ${other.status} when \`${other.field}\` is \`${other.value}\``;
};

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const factsOf = (operation: Operation): Readonly<Record<string, string>> => {
  const { socket, http, access, rateLimit, idempotencyField, mediaType, errors } = operation;
  return {
    Socket: socket ? 'yes' : 'no',
    HTTP: http.length === 0 ? 'no' : quoted(http.map(({ method, path }) => `${method} ${path}`)),
    Success: successOf(operation),
    Who: access,
    'Rate class': rateLimit,
    ...(idempotencyField === undefined ? {} : { 'Retry with the same': `\`${idempotencyField}\`` }),
    ...(mediaType === undefined ? {} : { 'Media type': `\`${mediaType}\`` }),
    Errors: errors.length === 0 ? 'common ones only' : quoted(errors),
  };
};

const truthOf = (name: OperationName) => ({
  facts: factsOf(operations[name]),
  request: fieldsOf(requestSchemas[name]).map(({ path, words, required }) => [
    `\`${path}\``,
    placeOf(operations[name], path.split(/[.[]/)[0] ?? ''),
    words,
    required ? 'yes' : 'no',
  ]),
  reply: fieldsOf(replySchemas[name]).map(({ path, words, required }) => [
    `\`${path}\``,
    words,
    required ? 'always' : 'if any',
  ]),
});

describe('the documented operations', () => {
  it('are those of the code, each once', () => {
    expect(
      operationSections(text)
        .map(({ title }) => title)
        .sort(),
    ).toEqual([...operationNames].sort());
  });

  it.each(operationNames)('say of %s what the code says', (name) => {
    const section = operationSections(text).find(({ title }) => title === name);
    expect(section && saidBy(section)).toEqual(truthOf(name));
  });

  it.each(Object.entries(fieldRules))('state the rule between the fields of %s', (name, rule) => {
    const [, after = ''] = text.split(`## \`${name}\`\n`);
    expect(plain(after.split('\n## ')[0] ?? '')).toContain(`Rule: ${rule?.says}`);
  });

  it('would be found out by a changed limit, place, status, code or route', () => {
    const changes: readonly (readonly [OperationName, string, string])[] = [
      ['history.page', 'integer, 1 to 200', 'integer, 1 to 100'],
      ['history.page', '| query ', '| body  '],
      ['message.send', '201; 200', '200; 201'],
      ['message.send', '`body-empty`, ', ''],
      ['message.send', '/messages`', '/message`'],
    ];
    for (const [name, from, to] of changes) {
      expect(text).toContain(from);
      const section = operationSections(text.replaceAll(from, to)).find(({ title }) => title === name);
      expect(section && saidBy(section)).not.toEqual(truthOf(name));
    }
  });
});
