import {
  answeredOutcome,
  type Finding,
  type History,
  isYes,
  type OrderHistory,
} from './history.js';

/** A statement about an order that was answered yes is there once, and no other is. */
export const checkLabels = ({ orderId: subject, labels, final }: OrderHistory): Finding[] => {
  if (final === undefined || !final.known) return [];
  const taken = new Set(labels.filter(isYes).map(({ name }) => name ?? ''));
  const sent = new Set(labels.map(({ name }) => name ?? ''));
  const find = (text: string): Finding => ({ rule: 'label-once', subject, text });
  const missing = [...taken].filter((name) => !final.labels.includes(name));
  const twice = final.labels.filter((name, index) => final.labels.indexOf(name) !== index);
  const foreign = final.labels.filter((name) => !sent.has(name));
  return [
    ...missing.map((name) => find(`${name} was taken and is gone`)),
    ...twice.map((name) => find(`${name} is there twice`)),
    ...foreign.map((name) => find(`nobody said ${name}`)),
  ];
};

/** An order that comes after the answer to its entry on the block list is rejected. */
export const checkBlocks = (order: OrderHistory): Finding[] => {
  const { orderId: subject, blocks, posts } = order;
  const takenMs = Math.min(...blocks.filter(isYes).map(({ doneMs }) => doneMs));
  const isBefore = posts.length > 0 && posts.every(({ sentMs }) => sentMs >= takenMs);
  const outcome = answeredOutcome(order);
  if (!isBefore || outcome === undefined || outcome === 'reject') return [];
  return [{ rule: 'list-acts', subject, text: `it is on the block list, and got ${outcome}` }];
};

/** The policy in force is the last that was published, and none was published twice. */
export const checkPolicies = ({ policyCalls, policies }: History): Finding[] =>
  policies.flatMap(({ banner, note, versions }): Finding[] => {
    const own = policyCalls.filter(({ subject }) => subject === banner);
    const find = (text: string): Finding => ({
      ...{ rule: 'policy-in-force', subject: `policy of ${banner}`, text },
    });
    const taken = [...new Set(own.filter(isYes).map(({ name }) => name ?? ''))];
    const last = taken.at(-1);
    const lastTakenMs = Math.max(...own.filter(isYes).map(({ doneMs }) => doneMs));
    const later = own.filter(({ sentMs }) => sentMs > lastTakenMs).map(({ name }) => name ?? '');
    const isLast = last === undefined || [last, ...later].includes(note);
    const wrong = taken.filter((name) => versions.filter((one) => one === name).length !== 1);
    return [
      ...(isLast ? [] : [find(`${last} was taken last, and ${note} is in force`)]),
      ...wrong.map((name) => find(`${name} was taken, and is not exactly one version`)),
    ];
  });
