/** Security options of Windows containers. Behaves like upstream pkg/apis/core/validation/validation.go (validateWindowsSecurityContextOptions, validateWindowsHostProcessPod). */
import type { PodSpec, WindowsSecurityContextOptions } from '../../../apimachinery/types/core.gen.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { visitContainers } from '../pods/containers.ts';
import { byteLength, each, isDNS1123Subdomain } from './format.ts';

const SPEC_LIMIT_KIB = 64;
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const FORBIDDEN_IN_USER = /["/\\:;|=,+*?<>@[\]]/;

export function windowsOptions(o: WindowsSecurityContextOptions, path: Path, errors: FieldError[]): void {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = o;
  if (name !== undefined) each(path.child('gmsaCredentialSpecName'), name, isDNS1123Subdomain(name), errors);
  if (spec !== undefined) each(path.child('gmsaCredentialSpec'), spec, credentialSpec(spec), errors);
  if (user !== undefined) each(path.child('runAsUserName'), user, userName(user), errors);
}

function credentialSpec(spec: string): readonly string[] {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string'];
  return byteLength(spec) > SPEC_LIMIT_KIB * 1024 ? [`gmsaCredentialSpec size must be under ${SPEC_LIMIT_KIB} KiB`] : [];
}

function userName(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  return [...(parts.length === 2 ? domainErrors(parts[0] ?? '') : []), ...userErrors(user)];
}

function domainErrors(domain: string): readonly string[] {
  const isRight = NET_BIOS.test(domain) || domain.split('.').every((label) => DNS_LABEL.test(label));
  return [
    ...(domain.length >= 256 ? ["runAsUserName's Domain length must be under 256 characters"] : []),
    ...(isRight ? [] : ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"]),
  ];
}

function userErrors(user: string): readonly string[] {
  return [
    ...(user === ''
      ? ["runAsUserName's User cannot be empty"]
      : user.length > 104
        ? ["runAsUserName's User length must not be longer than 104 characters"]
        : []),
    ...(/^[. ]+$/.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(FORBIDDEN_IN_USER.test(user) ? [`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`] : []),
  ];
}

/** All containers run as host processes, or none does. */
export function windowsHostProcess(spec: PodSpec, path: Path, errors: FieldError[]): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let [all, count] = [0, 0];
  visitContainers(spec, (c, field, i) => {
    const own = c.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own)
      errors.push(
        invalid(
          path.child(field).index(i).child('securityContext', 'windowsOptions', 'hostProcess'),
          own,
          `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
        ),
      );
    all++;
    if (own ?? ofPod) count++;
  });
  if (count === 0) return;
  if (count !== all)
    errors.push(invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'));
  if (!spec.hostNetwork)
    errors.push(invalid(path.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers'));
}
