/** Descriptions of types and fields from the type declarations of an installed package that carries this release's API documentation; ./texts.ts falls back on another where it is silent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './facts.ts';

const PACKAGE = 'node_modules/k8s-api-texts';
/** By field; '' is the type's own. */
export type Texts = ReadonlyMap<string, string>;

/** `core.v1.PodSpec` to its texts: interfaces in nested namespaces, each member after its comment. */
function parsed(declarations: string): ReadonlyMap<string, Texts> {
  const types = new Map<string, Map<string, string>>();
  const tokens = /\/\*\*([\s\S]*?)\*\/|^(?:export declare )?namespace (\w+)|^ {4}namespace (\w+)|^\s*interface (\w+)|^\s*(?:readonly )?"?([\w$-]+)"?\??: /gm;
  let [group, version, comment] = ['', '', ''];
  let fields = new Map<string, string>();
  for (const [, text, outer, inner, type, member] of declarations.matchAll(tokens)) {
    if (text !== undefined) comment = cleaned(text);
    else if (outer !== undefined) group = outer;
    else if (inner !== undefined) version = inner;
    else if (type !== undefined) {
      types.set(`${group}.${version}.${type}`, (fields = new Map(comment === '' ? [] : [['', comment]])));
      comment = '';
    } else if (member !== undefined) {
      if (comment !== '') fields.set(folded(member), comment);
      comment = '';
    }
  }
  return types;
}

/** Property names may lose their dashes and gain an underscore where they are reserved words. */
export const folded = (name: string): string => name.replace(/^_/, '').replace(/[^A-Za-z0-9]/g, '').toLowerCase();

/** The package adds what its own programs do. */
const OWN_NOTES = /\n\n(?:This resource waits until|Note: While Pulumi)[\s\S]*$/;

function cleaned(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  return lines.join('\n').trim().replaceAll('&#47;', '/').replace(OWN_NOTES, '');
}

let known: ReadonlyMap<string, Texts> | undefined;

/** A list has a file of its own, and so have kinds that only requests carry. */
function fromOwnFile(group: string, version: string, kind: string): Texts | undefined {
  const file = join(root, PACKAGE, group, version, `${kind.charAt(0).toLowerCase()}${kind.slice(1)}.d.ts`);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  const declaration = text.slice(0, text.indexOf('\nexport interface')).replace(/export declare class \w+ extends .*/, `interface ${kind} {`);
  return parsed(declaration).get(`..${kind}`);
}

/** The texts of a type by OpenAPI's name, by folded field names; undefined: the package does not know the type. */
export function apiTexts(typeName: string): Texts | undefined {
  const [kind = '', version = '', group = ''] = typeName.split('.').reverse();
  known ??= parsed(readFileSync(join(root, PACKAGE, 'types/output.d.ts'), 'utf8'));
  return known.get(`${group}.${version}.${kind}`) ?? fromOwnFile(group, version, kind);
}
