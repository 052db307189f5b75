/** Tokens from a CSV file (--token-auth-file): token,user,uid,"group1,group2". Behaves like upstream apiserver/pkg/authentication/token/tokenfile. */
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { TokenAuthenticator } from './interface.ts';

/** `text`: the file. Throws for a line with fewer than three columns or an empty token. */
export function tokenFile(text: string): TokenAuthenticator {
  const users = new Map<string, UserInfo>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const columns = columnsOf(line);
    const [token = '', name = '', uid = '', groups = ''] = columns;
    if (columns.length < 3) throw new Error(`token file must have at least 3 columns (token, user name, user uid), found ${columns.length} in line ${i + 1}`);
    if (token === '') throw new Error(`empty token has been found in token file, record number '${i + 1}'`);
    users.set(token, { name, uid, groups: groups === '' ? [] : groups.split(',').map((g) => g.trim()), extra: {} });
  }
  return {
    name: 'token-file',
    authenticateToken: (token) => {
      const user = users.get(token);
      return user && { user };
    },
  };
}

/** One line of CSV; quotes keep commas together and are doubled inside. */
function columnsOf(line: string): string[] {
  const columns: string[] = [];
  const column = /\s*(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;
  for (let match = column.exec(line); match; match = column.exec(line)) {
    columns.push(match[1]?.replaceAll('""', '"') ?? match[2]?.trim() ?? '');
    if (match[3] === '') break;
  }
  return columns;
}
