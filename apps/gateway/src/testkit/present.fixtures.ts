/** What JSON.parse gives: a spec looks into it without describing it. */
export type ParsedJson = ReturnType<typeof JSON.parse>;

/** The value, where a spec knows that there is one. */
export const present = <Value>(value: Value | null | undefined): Value => {
  if (value === null || value === undefined) throw new Error('expected a value');
  return value;
};
