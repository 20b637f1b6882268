/** Makes a forgotten case of a discriminated union a compile error; throws if one is reached all the same. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
};
