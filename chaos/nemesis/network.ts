import type { NetworkProxy } from '../network-proxy.js';
import type { Proxied } from '../stack.js';
import type { Fault } from './fault.js';

type Mode = 'refuse' | 'hang' | 'slow' | 'cut answers of' | 'reset';

const apply = (proxy: NetworkProxy, mode: Mode, delayMs: number): void => {
  switch (mode) {
    case 'refuse':
      return proxy.refuse();
    case 'hang':
      return proxy.hang();
    case 'slow':
      return proxy.delay(delayMs);
    case 'cut answers of':
      return proxy.cutAnswers();
    case 'reset':
      return proxy.reset();
    default:
      return mode satisfies never;
  }
};

const modes: Readonly<Record<Proxied, readonly Mode[]>> = {
  api: ['refuse', 'hang', 'slow', 'cut answers of', 'reset'],
  postgres: ['refuse', 'hang', 'slow', 'cut answers of', 'reset'],
  temporal: ['refuse', 'hang', 'slow', 'cut answers of', 'reset'],
  oms: ['refuse', 'hang', 'cut answers of'],
  sardine: ['refuse', 'hang', 'cut answers of'],
  yleo: ['refuse', 'slow', 'cut answers of'],
  mail: ['refuse', 'cut answers of'],
};

const faultOf = (name: Proxied, mode: Mode): Fault => ({
  name: `${mode} ${name}`,
  ...(mode !== 'reset' && { lasts: [1000, 7000] as const }),
  begin: ({ stack, random }) => {
    const delayMs = random.whole(20, 400);
    apply(stack.proxies[name], mode, delayMs);
    return {
      ...(mode === 'slow' && { detail: `${delayMs} ms each way` }),
      heal: () => stack.proxies[name].heal(),
    };
  },
});

/** Faults of the network before each server. */
export const networkFaults: readonly Fault[] = Object.entries(modes).flatMap(([name, some]) =>
  some.map((mode) => faultOf(name as Proxied, mode)),
);
