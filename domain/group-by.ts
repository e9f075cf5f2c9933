/** Groups elements by key, in the order of each key's first element. */
export const groupBy = <K, T>(elements: Iterable<T>, keyOf: (element: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  for (const element of elements) {
    const key = keyOf(element);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [element]);
    else group.push(element);
  }
  return groups;
};
