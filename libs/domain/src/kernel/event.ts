/** A fact that happened. Stored for ever: a `type` is never renamed and a field never changes meaning. */
export type DomainEvent<Type extends string = string, Data extends object = object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
};

/** What an actor asks for, with the facts a pure decision needs: who asks and what time it is. */
export type DomainCommand<Type extends string, Data extends object, Context extends object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
  readonly context: Readonly<Context>;
};
