/** Files that well-known images hold and serve over HTTP from their root: a readiness probe for one of them fails while it is away. */

const FILES: readonly { readonly image: RegExp; readonly paths: readonly string[] }[] = [{ image: /(^|\/)agnhost(:|@|$)/, paths: ['/localhost.crt', '/localhost.key'] }];

/** A copy for one container. */
export function filesOfImage(image: string): Map<string, Uint8Array> {
  const paths = FILES.find((f) => f.image.test(image))?.paths ?? [];
  return new Map(paths.map((path) => [path, new Uint8Array(0)]));
}
