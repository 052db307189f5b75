/** Where a webhook is. Behaves like upstream apiserver/pkg/util/webhook/validation.go. */
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../core/validation/format.ts';

const FORM = '; desired format: https://host[/path]';

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly user: string | undefined;
  readonly fragment: string;
  readonly query: string;
}

/** As Go's net/url splits a text; nothing is required of the parts. */
function split(url: string): Parts {
  const [, beforeFragment = '', fragment = ''] = /^([^#]*)(?:#(.*))?$/s.exec(url) ?? [];
  const [, beforeQuery = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(beforeFragment) ?? [];
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(beforeQuery);
  const rest = scheme ? beforeQuery.slice(scheme[0].length) : beforeQuery;
  const authority = rest.startsWith('//') ? (/^\/\/([^/]*)/.exec(rest)?.[1] ?? '') : '';
  const at = authority.lastIndexOf('@');
  return {
    scheme: (scheme?.[1] ?? '').toLowerCase(),
    host: authority.slice(at + 1),
    user: at < 0 ? undefined : authority.slice(0, at),
    fragment,
    query,
  };
}

/** Why Go cannot parse the text. */
function urlProblem(url: string): string | undefined {
  const parse = (why: string): string => `parse ${JSON.stringify(url)}: ${why}`;
  // eslint-disable-next-line no-control-regex -- Go refuses just these
  if (/[\x00-\x1f\x7f]/.test(url)) return parse('net/url: invalid control character in URL');
  if (url.startsWith(':')) return parse('missing protocol scheme');
  const beforeSlash = url.split('/')[0] ?? '';
  if (!/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(url) && beforeSlash.includes(':')) return parse('first path segment in URL cannot contain colon');
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(url);
  if (escape) return parse(`invalid URL escape ${JSON.stringify(escape[0])}`);
  const { host } = split(url);
  const space = /[\s<>"]/.exec(host);
  if (space) return parse(`invalid character ${JSON.stringify(space[0])} in host name`);
  const port = /:([^\]:]*)$/.exec(host)?.[1];
  return port !== undefined && !/^[0-9]*$/.test(port) ? parse(`invalid port ${JSON.stringify(`:${port}`)} after host`) : undefined;
}

export function webhookURL(url: string, path: Path): FieldError[] {
  const problem = urlProblem(url);
  if (problem !== undefined) return [required(path, `url must be a valid URL: ${problem}${FORM}`)];
  const { scheme, host, user, fragment, query } = split(url);
  return [
    ...(scheme === 'https' ? [] : [invalid(path, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
    ...(host === '' ? [invalid(path, host, `host must be specified${FORM}`)] : []),
    ...(user === undefined ? [] : [invalid(path, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(path, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(path, query, 'query parameters are not permitted in the URL')]),
  ];
}

function urlPath(text: string, path: Path): FieldError[] {
  if (text === '/' || text === '') return [];
  if (text === '//') return [invalid(path, text, 'segment[0] may not be empty')];
  const steps = text.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(text.startsWith('/') ? [] : [invalid(path, text, "must start with a '/'")]),
    ...steps.flatMap((step, i) =>
      step === ''
        ? [invalid(path, text, `segment[${i}] may not be empty`)]
        : isDNS1123Subdomain(step).map((m) => invalid(path, text, `segment[${i}]: ${m}`)),
    ),
  ];
}

export interface ServiceReference {
  readonly name?: string;
  readonly namespace?: string;
  readonly path?: string;
  readonly port?: number;
}

export function webhookService({ name, namespace, path: text, port = 443 }: ServiceReference, path: Path): FieldError[] {
  const portProblems = isValidPortNum(port);
  return [
    ...(name ? [] : [required(path.child('name'))]),
    ...(namespace ? [] : [required(path.child('namespace'))]),
    ...(portProblems.length > 0 ? [invalid(path.child('port'), port, `port is not valid: ${portProblems.join(', ')}`)] : []),
    ...(text === undefined ? [] : urlPath(text, path.child('path'))),
  ];
}
