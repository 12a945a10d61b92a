/** What is yet to happen, earliest first; what happens at the same time keeps the order in which it was added. A binary heap. */
export class Timeline<T extends { at: number }> {
  readonly #heap: { item: T; order: number }[] = [];
  #added = 0;

  add(item: T): void {
    const heap = this.#heap;
    heap.push({ item, order: this.#added++ });
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (this.#before(parent, at)) break;
      this.#swap(parent, at);
      at = parent;
    }
  }

  /** Takes all that happens before `time`, in order. */
  *takeBefore(time: number): Generator<T> {
    for (let first = this.#heap[0]; first && first.item.at < time; first = this.#heap[0]) {
      this.#removeFirst();
      yield first.item;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    heap.pop();
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && this.#before(left + 1, left) ? left + 1 : left;
      if (this.#before(at, child)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) throw new RangeError('outside the heap');
    return a.item.at < b.item.at || (a.item.at === b.item.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) throw new RangeError('outside the heap');
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
