import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.IHistory;

/**
 * A history as plain JSON: bytes in base64, 64-bit numbers and enums as text. The SDK's own
 * `historyToJSON` needs one copy of protobufjs, which npm does not grant it beside other packages.
 */
export const historyToJson = (history: History): Record<string, unknown> =>
  History.toObject(History.fromObject(history), { longs: String, enums: String, bytes: String });

/** Reads what `historyToJson` made. */
export const historyFromJson = (json: Record<string, unknown>): History => History.fromObject(json);
