import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The files that a `postgres://` URL may name, with their expected content. */
const files = {
  sslrootcert: {
    what: 'certificate',
    read: (content: string): unknown => new X509Certificate(content),
  },
  sslcert: {
    what: 'certificate',
    read: (content: string): unknown => new X509Certificate(content),
  },
  sslkey: { what: 'private key', read: (content: string): unknown => createPrivateKey(content) },
} as const;

const problemOf = (name: keyof typeof files, path: string): string[] => {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch {
    return [`the file of ${name} cannot be read`];
  }
  try {
    files[name].read(content);
    return [];
  } catch {
    return [`the file of ${name} holds no ${files[name].what} in PEM that can be read`];
  }
};

/**
 * Problems of the TLS files that a database URL names. The driver reads them with each connection,
 * so a bad file would otherwise end a process long after its start.
 */
export const tlsFileProblems = (url: string): string[] => {
  if (!URL.canParse(url)) return [];
  const { searchParams } = new URL(url);
  return (Object.keys(files) as (keyof typeof files)[]).flatMap((name) => {
    const path = searchParams.get(name) ?? '';
    return path === '' ? [] : problemOf(name, path);
  });
};
