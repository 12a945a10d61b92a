/** What is due in the minutes ahead: sessions and orders put their steps in, each minute takes its own out. */
export class MinutePlan<Step> {
  readonly #steps = new Map<number, Step[]>();

  /** `minute` counts from the Unix epoch. */
  add(minute: number, step: Step): void {
    const held = this.#steps.get(minute);
    if (held) held.push(step);
    else this.#steps.set(minute, [step]);
  }

  take(minute: number): Step[] {
    const steps = this.#steps.get(minute) ?? [];
    this.#steps.delete(minute);
    return steps;
  }
}
