import type { Config } from './config.js';

/** What the addresses in Temporal's UI depend on. */
type UiConfig = Pick<
  Config,
  'HOST' | 'isLocal' | 'TEMPORAL_NAMESPACE' | 'TEMPORAL_UI_PORT' | 'TEMPORAL_UI_URL'
>;

const isLoopback = (host: string): boolean => /^(localhost|127\..*|::1)$/.test(host);

/** Origins of the UI that a local start brings up; empty in production. */
export const localUiOrigins = ({ isLocal, HOST, TEMPORAL_UI_PORT }: UiConfig): string[] =>
  isLocal && isLoopback(HOST)
    ? ['localhost', '127.0.0.1'].map((host) => `http://${host}:${TEMPORAL_UI_PORT}`)
    : [];

/** Where Temporal's UI shows the workflows of the namespace; undefined without a known UI. */
export const workflowsUrl = (config: UiConfig): string | undefined => {
  const ui = config.TEMPORAL_UI_URL ?? localUiOrigins(config).at(-1);
  return ui && `${ui}/namespaces/${encodeURIComponent(config.TEMPORAL_NAMESPACE)}/workflows`;
};
