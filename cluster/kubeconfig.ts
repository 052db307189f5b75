/** A kubeconfig as text: JSON is YAML, and every reader of kubeconfigs takes it; block style, because people open it. */

export interface KubeconfigInput {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly user: string;
  readonly cluster?: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export function kubeconfigText(input: KubeconfigInput): string {
  const cluster = input.cluster ?? 'k8ts';
  return `apiVersion: v1
kind: Config
clusters:
- name: ${cluster}
  cluster:
    server: ${input.server}
    certificate-authority-data: ${base64(input.ca)}
users:
- name: ${input.user}
  user:
    client-certificate-data: ${base64(input.cert)}
    client-key-data: ${base64(input.key)}
contexts:
- name: ${cluster}
  context:
    cluster: ${cluster}
    user: ${input.user}
current-context: ${cluster}
`;
}
