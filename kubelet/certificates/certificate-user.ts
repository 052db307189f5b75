/** The user that a client certificate names: common name and organisations. */
import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

/** DER. Undefined without a common name. */
export function certificateUser(der: Uint8Array): User | undefined {
  const name = new X509Certificate(Uint8Array.from(der)).subjectName;
  const [username] = name.getField('CN');
  if (username === undefined) return undefined;
  return { username, groups: [...name.getField('O'), 'system:authenticated'] };
}
