import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const blocksOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? '');

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['verbatim-src'],
  exactOptionalPropertyTypes: true,
  types: [],
};

/** Problems of code that stands beside this file, each as `line: message`. */
const problemsOf = (blocks: readonly string[]): string[] => {
  const sources = new Map(blocks.map((code, index) => [path(`./readme-block-${index}.ts`), `${code}\nexport {};\n`]));
  const real = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...real,
    getSourceFile: (name, language) => {
      const code = sources.get(name);
      return code === undefined ? real.getSourceFile(name, language) : ts.createSourceFile(name, code, language);
    },
    fileExists: (name) => sources.has(name) || real.fileExists(name),
    readFile: (name) => sources.get(name) ?? real.readFile(name),
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  const mine = [...sources.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  return mine.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
};

describe('the README', () => {
  const blocks = blocksOf(readFileSync(path('../README.md'), 'utf8'));

  it('shows code', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
  });

  it('shows code that compiles against the package', () => {
    expect(problemsOf(blocks)).toEqual([]);
  });

  it('would not pass with a call that does not exist', () => {
    const wrong = `import { VerbatimClient } from '@verbatim/client-sdk';\nnew VerbatimClient({ url: '' }).transmit();`;
    expect(problemsOf([wrong])).toEqual([expect.stringContaining("'transmit' does not exist")]);
  });
});
