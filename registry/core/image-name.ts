/** The tag of an image reference. Behaves like upstream pkg/util/parsers (ParseImageName) and distribution/reference. */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN =
  '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^(${DOMAIN}/)?(${COMPONENT}(?:/${COMPONENT})*)(?::(\\w[\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}))?$`,
);

/** `latest` where neither tag nor digest is named; '' for a reference by digest alone, or one that cannot be parsed. */
export function imageTag(image: string): string {
  if (image.length > 1024 || /^[a-f0-9]{64}$/.test(image)) return '';
  const match = REFERENCE.exec(normalized(image));
  if (!match || `${match[1] ?? ''}${match[2] ?? ''}`.length > 255) return '';
  return match[3] ?? (match[4] === undefined ? 'latest' : '');
}

/** With the default registry written out. */
function normalized(image: string): string {
  const slash = image.indexOf('/');
  const head = image.slice(0, Math.max(slash, 0));
  if (slash >= 0 && (/[.:]/.test(head) || head === 'localhost' || head.toLowerCase() !== head)) return image;
  return slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
}

export const defaultPullPolicy = (image: string | undefined): string => (imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent');
