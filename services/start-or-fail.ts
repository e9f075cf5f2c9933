/**
 * Starts the work of a row that was just stored. When that fails, the row has failed too: whoever
 * asked for it will ask for another one, so it must not look as if it ran. Throws what the start
 * throws.
 */
export const startOrFail = async (
  start: () => Promise<void>,
  fail: () => Promise<unknown>,
): Promise<void> => {
  try {
    await start();
  } catch (error) {
    await fail();
    throw error;
  }
};
