/**
 * Writes docs/events/<Type>.v<n>.schema.json of every event type at its present version. Files of earlier versions stay: topics hold
 * their messages. Run it after a change of libs/event-store/src/codec/event-types.ts and a build.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventSchemas, schemaFileNameOf } from '@verbatim/messaging';
import { format } from 'prettier';

const folder = fileURLToPath(new URL('../docs/events/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const one of eventSchemas) {
  const text = await format(JSON.stringify(one.schema), { parser: 'json', printWidth: 120 });
  writeFileSync(`${folder}${schemaFileNameOf(one)}`, text);
}
console.log(`${eventSchemas.length} schemas in docs/events`);
