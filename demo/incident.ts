import { OptionError } from './option-error.js';
export const incidentKinds = ['slow-payment', 'idle-restaurant', 'stuffing'] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** As asked for: seconds of the run as the clock on the wall counts them. */
export interface PlannedIncident {
  kind: IncidentKind;
  startSecond: number;
  durationSeconds: number;
}

/** In the simulated world's milliseconds. */
export interface Incident {
  kind: IncidentKind;
  from: number;
  to: number;
}

/** Reads `kind` or `kind=startSecond:durationSecond`. Without times it is the middle third of the run. */
export function parseIncident(text: string, runSeconds: number): PlannedIncident {
  const match = /^([a-z-]+)(?:=(\d+(?:\.\d+)?):(\d+(?:\.\d+)?))?$/.exec(text);
  const kind = incidentKinds.find((known) => known === match?.[1]);
  if (!match || !kind) {
    throw new OptionError(
      `--incident ${text}: give one of ${incidentKinds.join(', ')}, with times as ${incidentKinds[0]}=10:30`,
    );
  }
  const startSecond = match[2] === undefined ? runSeconds / 3 : Number(match[2]);
  const durationSeconds = match[3] === undefined ? runSeconds / 3 : Number(match[3]);
  if (startSecond >= runSeconds) {
    throw new OptionError(`--incident ${text}: starts after the run's end (${runSeconds} s)`);
  }
  return { kind, startSecond, durationSeconds };
}

export function placeIncidents(
  planned: readonly PlannedIncident[],
  liveFrom: number,
  speed: number,
): Incident[] {
  return planned.map(({ kind, startSecond, durationSeconds }) => {
    const from = liveFrom + startSecond * 1_000 * speed;
    return { kind, from, to: from + durationSeconds * 1_000 * speed };
  });
}

export function isActive(incidents: readonly Incident[], kind: IncidentKind, at: number): boolean {
  return incidents.some((incident) => incident.kind === kind && at >= incident.from && at < incident.to);
}
