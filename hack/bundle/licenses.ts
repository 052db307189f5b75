/** The licences of the packages whose code is in the bundle. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = /^(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/;

function licenseText(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string };
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  const text = file === undefined ? 'Its package has no text of the licence.\n' : readFileSync(join(folder, file), 'utf8');
  return `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n`;
}

/** `files`: paths of modules, of packages or not. */
export function licenseTexts(files: readonly string[]): string {
  const folders = new Set(files.map((file) => FOLDER.exec(file)?.[1]).filter((folder): folder is string => folder !== undefined && existsSync(join(folder, 'package.json'))));
  const texts = [...folders].sort((a, b) => (a < b ? -1 : 1)).map(licenseText);
  return ['Packages whose code is in this folder.\n', ...texts].join(`\n${'-'.repeat(80)}\n\n`);
}
