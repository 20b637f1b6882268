/** Grows at the back and is dropped at the front, both in O(1), with access by index; `Array.shift` is O(n) on long arrays. */
export class Deque<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** @param index from 0 at the front; it has to be below `length` */
  at(index: number): Item {
    return this.#items[this.#first + index] as Item;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first > COMPACT_MIN_ITEMS && this.#first * 2 > this.#items.length) this.#compact();
    return item;
  }

  /** Index of the first item that passes, given that all after it pass too; `length` when none does. */
  firstIndex(passes: (item: Item) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passes(this.at(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #compact(): void {
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}

/** Below this many dropped items the array is left as it is. Each item is copied once per halving: O(1) each. */
const COMPACT_MIN_ITEMS = 32;
