import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAst } from 'vitest/node';

/** One import, re-export, `import()`, `require()`, `getBuiltinModule()` or `typeof import()`. */
export interface Import {
  /** As it is written. */
  specifier: string;
  /** Nothing of it is left when the program runs. */
  typeOnly: boolean;
}

/** One source file of a package; tests are none. */
export interface SourceFile {
  /** Folder name of the package. */
  package: string;
  /** From the repository's root. */
  path: string;
  /** Below the package's `src`. */
  inside: string;
  imports: Import[];
  /** Globals and members of globals that the code names: `console`, `process.env`. */
  names: Set<string>;
}

export interface Package {
  /** Folder name. */
  folder: string;
  /** Name on npm. */
  name: string;
  private: boolean;
  /** What it declares as dependency or peer. */
  declared: Set<string>;
  files: SourceFile[];
}

const ROOT = join(import.meta.dirname, '../..');

/** All packages of the workspace with their sources, parsed. */
export function readPackages(): Package[] {
  return readdirSync(join(ROOT, 'packages')).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'));
    return {
      folder,
      name: manifest.name,
      private: manifest.private === true,
      declared: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
      files: readSources(folder),
    };
  });
}

function readSources(folder: string): SourceFile[] {
  const src = join(ROOT, 'packages', folder, 'src');
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?tsx?$/.test(name) && !/\.test\.[cm]?tsx?$/.test(name))
    .sort()
    .map((inside) => ({
      package: folder,
      path: relative(ROOT, join(src, inside)),
      inside,
      ...parseSource(readFileSync(join(src, inside), 'utf8')),
    }));
}

/** What a piece of TypeScript imports and names. Comments and strings say nothing. */
export function parseSource(text: string): Pick<SourceFile, 'imports' | 'names'> {
  const found = { imports: [] as Import[], names: new Set<string>() };
  visit(parseAst(text, { lang: 'ts' }), found);
  return found;
}

/** The file below `src` that a relative import means; null for others. */
export function resolveInside(file: SourceFile, specifier: string): string | null {
  return specifier.startsWith('.') ? join(dirname(file.inside), specifier).replace(/\.js$/, '.ts') : null;
}

type Found = ReturnType<typeof parseSource>;

interface Node {
  type: string;
  [key: string]: unknown;
}

function visit(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const each of value) visit(each, found);
  if (!isNode(value)) return;
  collect(value, found);
  for (const key in value) visit(value[key], found);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function collect(node: Node, { imports, names }: Found): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (isNode(node.source)) imports.push({ specifier: String(node.source.value), typeOnly: isTypeOnly(node) });
      return;
    case 'ImportExpression':
    case 'TSImportType':
      imports.push({ specifier: literal(node.source), typeOnly: node.type === 'TSImportType' });
      return;
    case 'CallExpression':
      if (isNode(node.callee) && isLoader(node.callee)) {
        imports.push({ specifier: literal((node.arguments as unknown[])[0]), typeOnly: false });
      }
      return;
    case 'Identifier':
      names.add(String(node.name));
      return;
    case 'MemberExpression':
      if (isNode(node.object) && isNode(node.property) && node.object.type === 'Identifier') {
        names.add(`${node.object.name}.${node.property.name ?? node.property.value}`);
      }
  }
}

/** `require`, or `process.getBuiltinModule`. */
function isLoader(callee: Node): boolean {
  return callee.name === 'require' || (isNode(callee.property) && callee.property.name === 'getBuiltinModule');
}

/** A specifier that is not written out cannot be checked; it fits no rule. */
function literal(node: unknown): string {
  return isNode(node) && typeof node.value === 'string' ? node.value : '<computed>';
}

function isTypeOnly(node: Node): boolean {
  const specifiers = (node.specifiers ?? []) as { importKind?: string; exportKind?: string }[];
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  return specifiers.length > 0 && specifiers.every((each) => (each.importKind ?? each.exportKind) === 'type');
}
