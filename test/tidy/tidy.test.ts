import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { partnerDeclarations } from '../../contracts/voting-partners.js';
import { alone, inPairs, patient } from '../support/alone.js';

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' });

/** Every file that is or will be committed. */
const files = git('ls-files', '--cached', '--others', '--exclude-standard')
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));

const read = (file: string) => readFileSync(file, 'utf8');
const linesOf = (file: string) => read(file).split('\n');

const sources = files.filter((file) =>
  /\.(ts|tsx|cjs)$|^launcher\/.*\.mjs$|^console\/.*\.js$/.test(file),
);
const product = sources.filter((file) => !file.startsWith('test/'));
const tests = sources.filter((file) => file.endsWith('.test.ts'));
const documents = files.filter((file) => file.endsWith('.md'));

/** Shows every finding of a check that must find nothing. */
const expectNone = (found: readonly string[]) => expect(found.join('\n')).toBe('');

const lineCount = (file: string) => linesOf(file).length - 1;

/** Functions longer than `max` lines, as `file:line name`. */
const longFunctions = (file: string, max: number): string[] => {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const lines = lineAt(node.end) - lineAt(node.getStart()) + 1;
      if (lines > max) found.push(`${file}:${lineAt(node.getStart()) + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

describe('the bounds of docs/architecture.md hold', () => {
  it('no source file has more than 300 lines, no test file more than 500', () => {
    expectNone(product.filter((file) => lineCount(file) > 300));
    expectNone(tests.filter((file) => lineCount(file) > 500));
  });

  it('an error is made safe by the logger alone: twice leaves nothing of it', () => {
    const apart = (file: string) => !file.startsWith('runtime/');
    expectNone(product.filter((file) => apart(file) && read(file).includes('safeError')));
  });

  it('no connection to Temporal is made that throws in a timer after it was closed', () => {
    const made = (file: string) => /\bConnection\.(connect|lazy)\(/.test(read(file));
    const own = 'runtime/temporal.ts';
    expect(made(own)).toBe(true);
    expectNone(product.filter((file) => file !== own && made(file)));
  });

  it('no module of a workflow keeps state: the runs of a thread share their modules', () => {
    const state = /^(export )?(let|var|const \w+ = new (Map|Set|WeakMap|WeakSet|Array)\b)/m;
    const shared = product.filter((file) => file.startsWith('workflows/'));
    expectNone(shared.filter((file) => state.test(read(file))));
  });

  it('no two statements have one name: a connection that has seen the other would refuse one', () => {
    const names = product
      .filter((file) => file.startsWith('db/'))
      .flatMap((file) => [...read(file).matchAll(/\bname: '([\w-]+)'/g)])
      .map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(30);
    expectNone(names.filter((name, index) => names.indexOf(name) !== index));
  });

  it('no function has more than 60 lines', () => {
    expectNone(product.flatMap((file) => longFunctions(file, 60)));
  });

  it('no line has more than 100 columns, but for the name of a test', () => {
    const isTestName = (line: string) => /\('.+', (async )?\(.*\) => \{$/.test(line);
    const long = sources.flatMap((file) =>
      linesOf(file).flatMap((line, index) =>
        line.length > 100 && !(tests.includes(file) && isTestName(line))
          ? [`${file}:${index + 1}`]
          : [],
      ),
    );
    expectNone(long);
  });

  it('no left-over marks, no switched-off checks, no focused or silently skipped tests', () => {
    const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck|\.only\(|\.skip\(|as any\b/;
    const here = 'test/tidy/tidy.test.ts';
    expectNone(sources.filter((file) => file !== here && marks.test(read(file))));
  });

  it('a test of the whole product has the machine to itself, or waits most of its time', () => {
    const whole = tests.filter((file) => /await startStack\(/.test(read(file)));
    expect(whole.length).toBeGreaterThan(25);
    expectNone(whole.filter((file) => ![...alone, ...inPairs, ...patient].includes(file)));
  });

  it('only composition roots read the environment', () => {
    const readers = product.filter(
      (file) =>
        /process\.env/.test(read(file)) && !/(^|\/)([a-z-]+-)?main\.ts$|^local\//.test(file),
    );
    expectNone(readers);
  });

  it('a released migration is not edited', () => {
    const pinned = JSON.parse(read('db/released-migrations.json')) as Record<string, string>;
    const sha = (file: string) => git('hash-object', file).trim();
    for (const [file, hash] of Object.entries(pinned)) {
      expect(sha(join('db/migrations', file)), `${file} was edited after its release`).toBe(hash);
    }
  });
});

const scriptsOf = () =>
  Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);

describe('the documents are true', () => {
  it('every link leads to a file', () => {
    const dead = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g)].flatMap(([, target]) => {
        const path = normalize(join(dirname(file), target ?? ''));
        return existsSync(path) ? [] : [`${file} -> ${target}`];
      }),
    );
    expectNone(dead);
  });

  it('every npm script that is named exists', () => {
    const known = new Set(['ci', 'test', 'start', 'install', ...scriptsOf()]);
    const unknown = documents.flatMap((file) =>
      [...read(file).matchAll(/\bnpm (?:run (?:-s )?)?([a-z][\w:-]*)/g)].flatMap(([, name]) =>
        known.has(name ?? '') ? [] : [`${file}: npm ${name}`],
      ),
    );
    expectNone(unknown);
  });

  it('every file or folder that is named in code marks exists', () => {
    const roots = new Set(files.map((file) => file.split('/')[0]));
    const dead = documents.flatMap((file) =>
      [...read(file).matchAll(/`([a-z.][\w./-]*\/[\w./-]*)`/g)].flatMap(([, path = '']) => {
        const isOurs = roots.has(path.split('/')[0] ?? '') && !path.startsWith('var/');
        return !isOurs || existsSync(path) ? [] : [`${file}: ${path}`];
      }),
    );
    expectNone(dead);
  });

  const recipes = ['docs/recipes.md', 'docs/add-a-partner.md', 'docs/add-an-operation.md'];

  it('every identifier in a recipe is in the code', () => {
    const code = new Set(sources.flatMap((file) => read(file).match(/\w+/g) ?? []));
    const unknown = recipes.flatMap((file) =>
      [...read(file).matchAll(/`([A-Za-z]\w+)(\([^`]*\))?`/g)].flatMap(([, name = '']) =>
        code.has(name) || /acme/i.test(name) ? [] : [`${file}: ${name}`],
      ),
    );
    expectNone(unknown);
  });

  it('the code in a recipe is an excerpt of a source file', () => {
    const flat = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
    const code = product.map((file) => flat(read(file)));
    const shown = recipes.flatMap((file) =>
      [...read(file).matchAll(/^ *```ts\n([\s\S]*?)^ *```/gm)].map(([, text = '']) => flat(text)),
    );
    expect(shown).not.toEqual([]);
    expectNone(shown.filter((text) => !code.some((all) => all.includes(text))));
  });

  it('every alarm has a section with its meaning and what to do', () => {
    const sections = read('docs/alarms.md').split(/^## /m);
    const isExplained = (code: string) =>
      sections.some((text) => text.startsWith(`\`${code}\`\n`) && text.includes('What to do'));
    const codes = [...read('runtime/metrics.ts').matchAll(/^ {2}'([a-z_]+)',$/gm)].map(
      ([, code]) => code ?? '',
    );
    expect(codes.length).toBeGreaterThan(5);
    expectNone(codes.filter((code) => !isExplained(code)));
  });

  it('every environment variable is listed', () => {
    const listed = read('docs/configuration.md');
    const names = ['runtime/config.ts', 'local/config.ts'].flatMap((file) =>
      [...read(file).matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? ''),
    );
    for (const { environment } of Object.values(partnerDeclarations)) {
      const { url, texts, secrets } = environment;
      names.push(url, ...Object.keys(texts), ...Object.keys(secrets));
    }
    expect(names.length).toBeGreaterThan(20);
    expectNone(names.filter((name) => !listed.includes(`\`${name}\``)));
  });

  it('each document has exactly one title', () => {
    const titles = (file: string) =>
      read(file)
        .replaceAll(/^```[\s\S]*?^```/gm, '')
        .match(/^# /gm)?.length;
    expectNone(documents.filter((file) => titles(file) !== 1));
  });
});
