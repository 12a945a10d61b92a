import type { UserFinding } from '../../src/alerts/users/raised.js';
import { networkOf } from '../../src/analytics/behaviour/network-of.js';
import { type Plant, plantKinds } from './plants.js';

/** A finding may come so long (ms) after what shows it: an app that was offline. */
const AFTER = 30 * 60_000;

export interface Scored {
  found: Plant[];
  missed: Plant[];
  right: UserFinding[];
  wrong: UserFinding[];
  precision: number;
  recall: number;
}

const namesPlant = (plant: Plant, { subject, at, since }: UserFinding): boolean =>
  plant.subjects.some((one) => networkOf(one) === subject || one === subject) &&
  at >= plant.from &&
  since <= plant.to + AFTER &&
  at <= plant.to + AFTER;

/** A planted case is found by a finding that names its subject during its time; a finding that names no planted case is wrong. */
export function scoreFindings(plants: readonly Plant[], findings: readonly UserFinding[]): Scored {
  const right = findings.filter((finding) => plants.some((plant) => namesPlant(plant, finding)));
  const wrong = findings.filter((finding) => !right.includes(finding));
  const found = plants.filter((plant) => findings.some((finding) => namesPlant(plant, finding)));
  return {
    found,
    missed: plants.filter((plant) => !found.includes(plant)),
    right,
    wrong,
    // Of the cases that somebody is called for: one planted case is one, whoever names it.
    precision: found.length / Math.max(1, found.length + wrong.length),
    recall: found.length / Math.max(1, plants.length),
  };
}

/** Recall by kind of what was planted, and what was wrong by detector. */
export function byKind({ found, missed, wrong }: Scored): string[] {
  const lines = plantKinds.map((kind) => {
    const of = (plants: Plant[]) => plants.filter((plant) => plant.kind === kind).length;
    return `  ${kind.padEnd(16)} found ${of(found)} of ${of(found) + of(missed)}`;
  });
  const names = [...new Set(wrong.map(({ detector }) => detector))].sort();
  for (const name of names) {
    lines.push(`  wrong: ${name} ${wrong.filter(({ detector }) => detector === name).length}`);
  }
  return lines;
}
