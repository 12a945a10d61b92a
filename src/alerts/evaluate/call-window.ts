import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import { type Group, groupKey } from '../engine/group.js';
import { addCalls, type CallFigures, noCalls } from './call-figures.js';
import { MINUTE } from './evaluator.js';

/** Which calls, and by what they are told apart. */
export interface CallChoice {
  service_name?: string | undefined;
  method_name?: string | undefined;
  group_by: 'platform' | 'service' | 'method';
}

export interface GroupFigures {
  group: Group;
  figures: CallFigures;
}

export type FiguresByGroup = Map<string, GroupFigures>;

/** The last minutes of what one rule looks at, added up by its groups. A minute costs what it holds once, whatever the window. */
export class CallWindow {
  readonly #choice: CallChoice;
  readonly #withSketches: boolean;
  readonly #minutes: number;
  /** By the minute's start, Unix ms. */
  readonly #kept = new Map<number, FiguresByGroup>();

  constructor(choice: CallChoice, minutes: number, withSketches: boolean) {
    this.#choice = choice;
    this.#minutes = minutes;
    this.#withSketches = withSketches;
  }

  /** Takes a minute, or takes it anew. */
  push(minute: MinuteFigures): void {
    this.#kept.set(minute.at, callsByGroup(minute, this.#choice, this.#withSketches));
    for (const at of this.#kept.keys())
      if (at <= minute.at - (this.#minutes + LATE) * MINUTE) this.#kept.delete(at);
  }

  /** What there was in the minutes before `at`. */
  sum(at: number): FiguresByGroup {
    const sums: FiguresByGroup = new Map();
    for (let minute = at - this.#minutes * MINUTE; minute < at; minute += MINUTE) {
      for (const [key, { group, figures }] of this.#kept.get(minute) ?? []) {
        let sum = sums.get(key);
        if (!sum) {
          sum = { group, figures: noCalls(this.#withSketches) };
          sums.set(key, sum);
        }
        addCalls(sum.figures, figures);
      }
    }
    return sums;
  }
}

/** Minutes kept beyond the window, so that one that is taken anew late does not push out what is still looked at. */
const LATE = 15;

/** A minute's calls that are chosen, by group. */
export function callsByGroup(
  minute: MinuteFigures,
  choice: CallChoice,
  withSketches: boolean,
): FiguresByGroup {
  const groups: FiguresByGroup = new Map();
  for (const row of minute.services) {
    if (choice.service_name !== undefined && row.service_name !== choice.service_name) continue;
    if (choice.method_name !== undefined && row.method_name !== choice.method_name) continue;
    const group = groupOf(row, choice);
    const key = groupKey(group);
    let found = groups.get(key);
    if (!found) {
      found = { group, figures: noCalls(withSketches) };
      groups.set(key, found);
    }
    addCalls(found.figures, row);
  }
  return groups;
}

/** What is chosen by name is said too, so that every alert tells what it is about. */
export function groupOf(
  { service_name, method_name }: { service_name: string; method_name: string },
  choice: CallChoice,
): Group {
  const byMethod = choice.group_by === 'method';
  return {
    ...(byMethod || choice.group_by === 'service' || choice.service_name !== undefined
      ? { service_name }
      : {}),
    ...(byMethod || choice.method_name !== undefined ? { method_name } : {}),
  };
}
