/** Files that flags name: read whole, with the flag in the error. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FlagError, type Flags } from '../../component-base/flags.ts';

/** Undefined when the flag is not given. */
export function fileOf(flags: Flags, name: string): string | undefined {
  const file = flags.string(name);
  return file === '' ? undefined : readFlagFile(name, file);
}

export function readFlagFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new FlagError(`--${name}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, { cause: error });
  }
}

export function requiredFile(flags: Flags, name: string): string {
  const text = fileOf(flags, name);
  if (text === undefined) throw new FlagError(`--${name} is required`);
  return text;
}

/** A private key in any form that OpenSSL reads, as PKCS #8. */
export function pkcs8(flag: string, pem: string): string {
  try {
    return createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }) as string;
  } catch (error) {
    throw new FlagError(`--${flag}: no private key could be read from it`, { cause: error });
  }
}

/** The public key of a file that holds a public key, a private key or a certificate. */
export function publicKeyOf(flag: string, pem: string): string {
  try {
    return createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string;
  } catch (error) {
    throw new FlagError(`--${flag}: no key could be read from it`, { cause: error });
  }
}
