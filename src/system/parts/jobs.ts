import { type Facts, seenReplicas } from '../facts.js';
import type { PartReport } from '../part.js';
import { counted, isoTime, round, span } from '../words.js';

/** A job is late when this many of its periods have passed without a success, and a minute. */
export const LATE_PERIODS = 3;
const GRACE = 60_000;

/** A job over all replicas: each runs on every one, and one success is enough for all. */
interface JobState {
  job: string;
  every_seconds: number;
  last_success: number | null;
  last_failure: number | null;
  error: string | null;
  failing: boolean;
  late: boolean;
}

/** The work that runs by the clock. `down`: a job fails, and has not succeeded for three of its periods. */
export function jobsPart(facts: Facts): PartReport {
  const jobs = jobStates(facts);
  if (jobs.length === 0) return { state: 'unknown', why: 'This replica runs no jobs.', figure: null };
  const failing = jobs.filter((job) => job.failing);
  const late = jobs.filter((job) => job.late);
  const trouble = jobs.filter((job) => job.failing || job.late);
  const words = trouble.map((job) => {
    const since =
      job.last_success === null
        ? 'It has not succeeded since the start'
        : `It last succeeded ${span((facts.now - job.last_success) / 1_000)} ago`;
    const what = job.failing
      ? `failed ${span((facts.now - (job.last_failure ?? facts.now)) / 1_000)} ago: ${job.error}.`
      : 'is late.';
    return `«${job.job}» ${what} ${since}; it is due every ${span(job.every_seconds)}.`;
  });
  return {
    state: failing.some((job) => job.late) ? 'down' : trouble.length > 0 ? 'degraded' : 'ok',
    why:
      words.length > 0
        ? words.join(' ')
        : `${counted(jobs.length, 'job is', 'jobs are')} on time.${notYet(jobs)}`,
    figure: { value: new Set([...failing, ...late]).size, unit: 'jobs failing or late' },
    details: {
      jobs: jobs.map(({ last_success, last_failure, error, failing, late, job, every_seconds }) => ({
        job,
        every_seconds,
        failing,
        late,
        last_success: last_success === null ? null : isoTime(last_success),
        last_success_seconds_ago: last_success === null ? null : round((facts.now - last_success) / 1_000),
        last_failure: last_failure === null ? null : isoTime(last_failure),
        error,
      })),
    },
  };
}

function notYet(jobs: readonly JobState[]): string {
  const waiting = jobs.filter((job) => job.last_success === null);
  if (waiting.length === 0) return '';
  const names = waiting.map((job) => `«${job.job}» (every ${span(job.every_seconds)})`);
  return ` Not run yet since the start: ${names.join(', ')}.`;
}

function jobStates(facts: Facts): JobState[] {
  const replicas = seenReplicas(facts);
  const started = Math.min(...replicas.map(({ started_at }) => started_at));
  const names = [...new Set(replicas.flatMap(({ jobs }) => jobs.map(({ job }) => job)))];
  return names.map((name) => {
    const reports = replicas.flatMap(({ jobs }) => jobs.filter(({ job }) => job === name));
    const latest = (times: readonly (number | null)[]) =>
      times.reduce((most, time) => (time !== null && time > (most ?? -Infinity) ? time : most), null);
    const every_ms = Math.max(...reports.map((report) => report.every_ms));
    const last_success = latest(reports.map((report) => report.last_success));
    const last_failure = latest(reports.map((report) => report.last_failure));
    return {
      job: name,
      every_seconds: every_ms / 1_000,
      last_success,
      last_failure,
      error: reports.find((report) => report.last_failure === last_failure)?.error ?? null,
      failing: last_failure !== null && last_failure > (last_success ?? -Infinity),
      late: facts.now - (last_success ?? started) > LATE_PERIODS * every_ms + GRACE,
    };
  });
}
