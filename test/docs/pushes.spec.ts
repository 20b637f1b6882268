import { wireEvents, type WireEventName } from '@verbatim/protocol';
import { eventSchemas } from '@verbatim/protocol/schemas';
import { documentText, plain, sectionsOf, tableRows } from './documents.fixtures.js';
import { fieldsOf } from './schema-words.fixtures.js';

const text = documentText('docs/protocol/events.md');
const names = Object.keys(wireEvents) as readonly WireEventName[];

/** Every push with its class, which is the heading that it stands under, and its fields. */
const documentedPushes = (of: string): readonly object[] => {
  let pushClass = '';
  return sectionsOf(of).flatMap(({ title, tables }) => {
    if (title.startsWith('Class ')) pushClass = title.slice('Class '.length);
    const fields = tables.find(({ head }) => head[0] === 'Field of `d`');
    return fields === undefined
      ? []
      : [{ name: title, class: pushClass, fields: fields.rows.map((row) => row.slice(0, 3)) }];
  });
};

const byName = (pushes: readonly object[]): readonly object[] =>
  pushes.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

const truth = names.map((name) => ({
  name,
  class: wireEvents[name].class,
  fields: fieldsOf(eventSchemas[name]).map(({ path, words, required }) => [
    `\`${path}\``,
    words,
    required ? 'always' : 'if any',
  ]),
}));

describe('the documented pushes', () => {
  it('are those of the code, with their classes and fields', () => {
    expect(byName(documentedPushes(text))).toEqual(byName(truth));
  });

  it('explain every class', () => {
    const classes = new Set(names.map((name) => wireEvents[name].class));
    expect(tableRows(text, 'Class').map(([name = '']) => plain(name))).toEqual([...classes]);
  });

  it('would be found out by a field less or another class', () => {
    const withoutField = text.replace(/^\| `clientMsgId`.*\n/m, '');
    const otherClass = text.replace('## Class `state`', '## Class `revision`');
    for (const wrong of [withoutField, otherClass]) {
      expect(byName(documentedPushes(wrong))).not.toEqual(byName(truth));
    }
  });
});
