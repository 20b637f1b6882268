/** Injection tokens of what command-api is given and has no class of its own for. */
export const IDENTITY = Symbol('Identity');
export const METRICS = Symbol('Metrics');
export const COMMAND_DOORS = Symbol('CommandDoors');
