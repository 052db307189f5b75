/** Names that make poor host names. Behaves like upstream apimachinery/pkg/api/validation and pkg/registry/core/pod/strategy.go. */
import type { ApiObject } from '../../../apimachinery/meta.ts';
import { isDNS1123Label } from '../validation/format.ts';

function warn({ metadata: { name = '' } }: ApiObject, where: string): readonly string[] {
  const messages = name === '' ? [] : isDNS1123Label(name);
  return messages.length === 0
    ? []
    : [
        `metadata.name: this is used in ${where}, which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`,
      ];
}

export const nameWarnings = (obj: ApiObject): readonly string[] => warn(obj, 'Pod names and hostnames');
export const podNameWarnings = (obj: ApiObject): readonly string[] => warn(obj, "the Pod's hostname");
