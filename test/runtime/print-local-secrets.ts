import { ensureLocalSecrets } from '../../runtime/local-secrets.js';

// Run as a process of its own: prints the local keys of VAR_DIR, one hundred times over.
const varDir = process.env['VAR_DIR'] ?? '';
const seen = new Set<string>();
for (let run = 0; run < 100; run += 1) seen.add(JSON.stringify(ensureLocalSecrets(varDir)));
process.stdout.write(`keys ${[...seen].join(' ')}\n`);
