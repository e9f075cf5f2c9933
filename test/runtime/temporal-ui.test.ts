import { expect, it } from 'vitest';
import { localUiOrigins, workflowsUrl } from '../../runtime/temporal-ui.js';

const config = {
  ...{ HOST: '127.0.0.1', isLocal: true, TEMPORAL_NAMESPACE: 'fraud desk' },
  ...{ TEMPORAL_UI_PORT: 8233, TEMPORAL_UI_URL: undefined },
};

it('links lead to the namespace of the installation, on this machine or elsewhere', () => {
  const path = '/namespaces/fraud%20desk/workflows';
  expect(workflowsUrl(config)).toBe(`http://127.0.0.1:8233${path}`);
  const named = { ...config, isLocal: false, TEMPORAL_UI_URL: 'https://temporal.example' };
  expect(workflowsUrl(named)).toBe(`https://temporal.example${path}`);
  expect(localUiOrigins(named)).toEqual([]);
});

it('an installation without a known UI has no link, and no origin that needs no key', () => {
  for (const other of [{ isLocal: false }, { HOST: '0.0.0.0' }]) {
    expect(workflowsUrl({ ...config, ...other })).toBeUndefined();
    expect(localUiOrigins({ ...config, ...other })).toEqual([]);
  }
});
