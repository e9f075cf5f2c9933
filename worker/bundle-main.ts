import { runPart } from '../runtime/run-part.js';
import { writeWorkflowBundle } from './bundle.js';

// A separate process: bundling takes 100 MB that a worker would never release.
runPart(async () => {
  const path = process.argv[2];
  if (path === undefined) throw new Error('the path of the bundle is missing');
  await writeWorkflowBundle(path);
});
