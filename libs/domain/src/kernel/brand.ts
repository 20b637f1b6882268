declare const brand: unique symbol;

/** A primitive that carries its meaning in its type, so that two numbers that look alike cannot be exchanged. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
