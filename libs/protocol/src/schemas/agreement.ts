import type { Static, TSchema } from 'typebox';

/** Read-only all the way down, so that two types differ only in what is on the wire. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

type Agrees<Schema extends TSchema, Wire> = [Frozen<Static<Schema>>] extends [Frozen<Wire>]
  ? [Frozen<Wire>] extends [Frozen<Static<Schema>>]
    ? Schema
    : never
  : never;

/**
 * Makes a schema that says something else than the plain type of the same name a compile error: clients use the
 * types, servers the schemas, and both are the contract.
 */
export const agreeing =
  <Wires extends object>() =>
  <Schemas extends { [Name in keyof Wires]: TSchema }>(
    schemas: Schemas & { [Name in keyof Wires]: Agrees<Schemas[Name], Wires[Name]> },
  ): Schemas =>
    schemas;
