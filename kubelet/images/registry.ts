/** Which registry an image or a credential is for. */

/** Without scheme and API path: `https://index.docker.io/v1/` is `docker.io`. */
export function normalizeRegistry(registry: string): string {
  const bare = registry.replace(/^https?:\/\//, '').replace(/\/v[12]\/?$/, '').replace(/\/$/, '');
  return bare === 'index.docker.io' || bare === 'registry-1.docker.io' ? 'docker.io' : bare;
}

/** Host and repository of an image. */
export function registryOf(image: string): string {
  const name = image.split('@')[0] ?? '';
  const bare = name.lastIndexOf(':') > name.lastIndexOf('/') ? name.slice(0, name.lastIndexOf(':')) : name;
  const [first = '', ...rest] = bare.split('/');
  if (rest.length === 0) return `docker.io/library/${bare}`;
  return /[.:]/.test(first) || first === 'localhost' ? bare : `docker.io/${bare}`;
}
