/** Names of signers: `domain/path`. Behaves like upstream pkg/apis/core/validation/names.go (ValidateSignerName). */
import { invalid, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../core/validation/format.ts';

const DOMAIN_LIMIT = 253;
const NAME_LIMIT = DOMAIN_LIMIT + 253 + 63 + 1 + 1;

/** Only the first wrong part is told. */
function parts(text: string, rule: (part: string) => readonly string[], path: Path): FieldError[] {
  const wrong = text.split('.').find((part) => rule(part).length > 0);
  return wrong === undefined ? [] : rule(wrong).map((m) => invalid(path, text, `validating label ${JSON.stringify(wrong)}: ${m}`));
}

export function signerName(name: string, path: Path): FieldError[] {
  if (name === '') return [required(path)];
  const [domain = '', rest = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0)
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  return [
    ...(byteLength(domain) > DOMAIN_LIMIT ? [tooLong(path, DOMAIN_LIMIT)] : []),
    ...parts(domain, isDNS1123Label, path),
    ...(domain.includes('.') ? [] : [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]),
    ...parts(rest, isDNS1123Subdomain, path),
    ...(byteLength(name) > NAME_LIMIT ? [tooLong(path, NAME_LIMIT)] : []),
  ];
}
