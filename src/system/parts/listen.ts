import type { PartReport } from '../part.js';

/** Seconds without a look, which are made each second: so long takes a busy database, or a connection that comes back. */
const BEHIND = 5;
/** Seconds after which whoever watches should be told. */
const DEAF = 30;

/** What the live feed says of its connection. */
export interface Listening {
  /** `idle`: nobody watches. */
  state: 'idle' | 'up' | 'down';
  /** Seconds since commits were last looked for with success; null while idle. */
  lag: number | null;
}

/** How this replica hears of what others commit. */
export function listenPart({ state, lag }: Listening): PartReport {
  if (state === 'idle' || lag === null)
    return {
      state: 'ok',
      why: 'Nobody watches the live feed here, so that nothing has to be listened for.',
      figure: null,
    };
  const figure = { value: Math.round(lag * 10) / 10, unit: 's' };
  const seconds = `${figure.value} s`;
  if (lag < BEHIND && state === 'up')
    return { state: 'ok', why: 'It listens; commits of other replicas are read as they come.', figure };
  if (lag < BEHIND)
    return {
      state: 'ok',
      why: `The connection is being made anew; the last look was ${seconds} ago.`,
      figure,
    };
  const why =
    state === 'up'
      ? `It listens, but commits were last read ${seconds} ago: the live feed is behind.`
      : `The connection that listens is lost since ${seconds}: the live feed shows nothing of other replicas, and catches up when it is back.`;
  return { state: lag < DEAF ? 'degraded' : 'down', why, figure };
}
