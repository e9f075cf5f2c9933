import { resolve } from 'node:path';
import { z } from 'zod';

/**
 * A folder for backups as a variable. Postgres runs the archive's commands in a shell, so the path
 * has only characters that mean nothing there.
 */
export const backupDir = z
  .string()
  .regex(/^[\w./+@ -]+$/, 'must be a path of letters, digits, spaces and . / + @ _ -')
  .transform((path) => resolve(path));
