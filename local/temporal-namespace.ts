import { connectLater } from '../runtime/temporal.js';
import type { IsNamespaceKnown } from './temporal-server.js';

export const isNamespaceKnown: IsNamespaceKnown = async (address, namespace) => {
  const connection = connectLater({ address });
  try {
    await connection.withDeadline(Date.now() + 1000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } finally {
    await connection.close();
  }
};
