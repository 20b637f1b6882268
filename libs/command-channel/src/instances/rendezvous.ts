/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
const mixed = (hash: number): number => {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

/**
 * Instances in the order in which a key is theirs (highest random weight). Every gateway that knows the same instances
 * gets the same order, and when an instance leaves only the keys that were its own go elsewhere, spread over the others.
 */
export const rankInstances = (key: string, instances: readonly string[]): readonly string[] => {
  if (instances.length < 2) return instances;
  const keyHash = mixed(hashOf(key));
  return instances
    .map((instance) => ({ instance, weight: mixed(keyHash ^ mixed(hashOf(instance))) }))
    .sort((one, other) => other.weight - one.weight || (one.instance < other.instance ? -1 : 1))
    .map(({ instance }) => instance);
};
