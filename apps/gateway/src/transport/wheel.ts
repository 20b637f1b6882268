/** Seconds since the wheel began to turn: small whole numbers, which a connection keeps without an object of their own. */
export type Ticks = number;

/** Items that share a slot are looked at in the same turn; the slots spread the work of one second. */
const SLOTS = 16;
const SLOT_INTERVAL_MS = 1_000 / SLOTS;

export type WheelItem = { wheelSlot: number };

/** Looks at every item once a second, with one timer for all of them. */
export class Wheel<Item extends WheelItem> {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Item>());
  #nextSlot = 0;
  #turns = 0;
  #timer: NodeJS.Timeout | null = null;
  /** The coarse clock of everything on the wheel. */
  now: Ticks = 0;

  /** @param onSecond called once a second, after all slots had their turn */
  constructor(
    private readonly check: (item: Item) => void,
    private readonly onSecond: () => void,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.turn(), SLOT_INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  add(item: Item): void {
    item.wheelSlot = this.#nextSlot;
    this.#nextSlot = (this.#nextSlot + 1) % SLOTS;
    this.#slots[item.wheelSlot]?.add(item);
  }

  *items(): Generator<Item> {
    for (const slot of this.#slots) yield* slot;
  }

  delete(item: Item): void {
    this.#slots[item.wheelSlot]?.delete(item);
  }

  /** One sixteenth of a second has passed. */
  turn(): void {
    const slot = this.#turns % SLOTS;
    this.#turns += 1;
    for (const item of this.#slots[slot] ?? []) this.check(item);
    if (slot < SLOTS - 1) return;
    this.now += 1;
    this.onSecond();
  }
}
