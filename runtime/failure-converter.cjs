// Loaded by path in the worker and in the workflow bundle, hence CommonJS. It moves failure
// messages and stack traces into an encrypted payload, so that no text is stored in clear.
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
