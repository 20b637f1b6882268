import { readFileSync } from 'node:fs';

/** Version of the package that a built program belongs to. @param moduleUrl `import.meta.url` of a module in its `dist` */
export const packageVersion = (moduleUrl: string): string => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', moduleUrl), 'utf8')) as { version: string };
  return version;
};
