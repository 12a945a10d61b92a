import { LatencySketch } from '../../store/rollups/latency-sketch.js';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import type { Group } from '../engine/group.js';
import { addCalls, type CallFigures, noCalls } from './call-figures.js';
import { MINUTE } from './evaluator.js';
import { type CallChoice, Groups } from './groups.js';

export interface GroupFigures {
  group: Group;
  figures: CallFigures;
}

export type FiguresByGroup = Map<string, GroupFigures>;

/** The last minutes of what one rule looks at, added up by its groups. A minute costs what it holds once, whatever the window. */
export class CallWindow {
  readonly #groups: Groups;
  readonly #withSketches: boolean;
  readonly #minutes: number;
  /** By the minute's start, Unix ms. */
  readonly #kept = new Map<number, ReadonlyMap<string, Readonly<GroupFigures>>>();

  constructor(choice: CallChoice, minutes: number, withSketches: boolean) {
    this.#groups = new Groups(choice);
    this.#minutes = minutes;
    this.#withSketches = withSketches;
  }

  /** Takes a minute, or takes it anew. */
  push(minute: MinuteFigures): void {
    this.#kept.set(minute.at, callsByGroup(minute, this.#groups, this.#withSketches));
    forgetBefore(this.#kept, minute.at - (this.#minutes + LATE - 1) * MINUTE);
  }

  /** What there was in the minutes before `at`. Of groups with fewer calls than `least` there are no sketches. */
  sum(at: number, least = 0): FiguresByGroup {
    const sums: FiguresByGroup = new Map();
    const sketches = new Map<GroupFigures, LatencySketch[]>();
    for (let minute = at - this.#minutes * MINUTE; minute < at; minute += MINUTE) {
      for (const [key, { group, figures }] of this.#kept.get(minute) ?? []) {
        let sum = sums.get(key);
        if (!sum) {
          sum = { group, figures: noCalls(false) };
          sums.set(key, sum);
          sketches.set(sum, []);
        }
        addCalls(sum.figures, figures);
        if (this.#withSketches && figures.sketch) sketches.get(sum)?.push(figures.sketch);
      }
    }
    if (this.#withSketches) {
      for (const [{ figures }, parts] of sketches)
        if (figures.calls >= least) figures.sketch = LatencySketch.sum(parts);
    }
    return sums;
  }
}

/** Takes away the minutes before `from`, which come first: those that came late are few, and go with the next ones. */
export function forgetBefore(minutes: Map<number, unknown>, from: number): void {
  for (const at of minutes.keys()) {
    if (at >= from) return;
    minutes.delete(at);
  }
}

/** Minutes kept beyond the window, so that one that is taken anew late does not push out what is still looked at. */
export const LATE = 15;

/** A minute's calls that are chosen, by group. Figures of a group of one row are that row, so that nothing is copied of methods. */
export function callsByGroup(
  minute: MinuteFigures,
  groups: Groups,
  withSketches: boolean,
): ReadonlyMap<string, Readonly<GroupFigures>> {
  const found: FiguresByGroup = new Map();
  const summed = new Set<string>();
  for (const row of minute.services) {
    const named = groups.of(row);
    if (!named) continue;
    const { key, group } = named;
    const before = found.get(key);
    if (!before) {
      found.set(key, { group, figures: row });
      continue;
    }
    if (!summed.has(key)) {
      summed.add(key);
      const sum = noCalls(withSketches);
      addCalls(sum, before.figures);
      before.figures = sum;
    }
    addCalls(before.figures, row);
  }
  return found;
}
