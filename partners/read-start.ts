import { withoutLastNumber } from '../domain/text.js';

/**
 * Reads the first `maxBytes` of a body as UTF-8, or as much as came before it broke off. Never
 * throws: it is for bodies without which the answer stands.
 */
export const readStart = async (
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isWhole = false;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
    }
    isWhole = bytes <= maxBytes;
  } catch {
    // What came until then is all there is.
  }
  const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return isWhole ? text : withoutLastNumber(text);
};
