import type { Hit } from './detector.js';
import { RecentMap } from './recent-map.js';

/** One finding as it is first told, and told again while it goes on. */
export interface UserFinding {
  detector: string;
  subject_kind: Hit['subject_kind'];
  subject: string;
  /** The highest so far. */
  score: number;
  reason: string;
  evidence: string[];
  /** When what was found began, when it was first told, and now: Unix ms. Detector, subject and `first_at` name a finding. */
  since: number;
  first_at: number;
  at: number;
  /** How often it was told, this time included. */
  times: number;
}

/** What a hit within so long after the last belongs to. */
const GOES_ON = 30 * 60_000;
/** How often one that goes on is told again. */
const AGAIN = 5 * 60_000;
/** One that goes on for ever is a new one every day. */
const LONGEST = 24 * 3_600_000;
const MOST = 10_000;

export interface Episode {
  first_at: number;
  last_at: number;
  told_at: number;
  times: number;
  score: number;
  told_score: number;
}

/** Turns hits, which come with every row, into findings: told at once, again every 5 minutes while it goes on or when it gets much worse, one for as long as it has no pause of half an hour. */
export class Raised {
  readonly episodes = new RecentMap<Episode>(MOST);

  tell(detector: string, hit: Hit, score: number, at: number): UserFinding | null {
    const key = `${detector} ${hit.subject_kind} ${hit.subject}`;
    const known = this.episodes.get(key);
    const goesOn = known !== undefined && at - known.last_at <= GOES_ON && at - known.first_at < LONGEST;
    const episode = goesOn
      ? known
      : { first_at: at, last_at: at, told_at: Number.MIN_SAFE_INTEGER, times: 0, score: 0, told_score: 0 };
    if (!goesOn) this.episodes.set(key, episode);
    episode.last_at = Math.max(episode.last_at, at);
    episode.score = Math.max(episode.score, score);
    const isWorse = 1 - episode.score < (1 - episode.told_score) / 4;
    if (at - episode.told_at < AGAIN && !isWorse) return null;
    episode.told_at = Math.max(episode.told_at, at);
    episode.told_score = episode.score;
    episode.times += 1;
    return {
      detector,
      subject_kind: hit.subject_kind,
      subject: hit.subject,
      score: episode.score,
      reason: hit.reason(),
      evidence: [...hit.evidence],
      since: hit.since,
      first_at: episode.first_at,
      at: episode.last_at,
      times: episode.times,
    };
  }
}
