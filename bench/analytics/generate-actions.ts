import { type BenchCall, callsOf, errorMessage, RARE_ACTION_TYPE, rareCall } from './bench-calls.js';
import { MinutePlan } from './minute-plan.js';
import { Random, sampler, zipfWeights } from './random.js';
import { seededId, seededUuidV7 } from './text-ids.js';
import { weightOfMinute, weightOfSpan } from './week-shape.js';

const MINUTE = 60_000;

export const USERS = 200_000;
/** The one user who has a known and large number of actions. */
export const HEAVY_USER = 'u_heavy';

export interface ActionsPlan {
  seed: number;
  /** Unix ms; the span that the actions fill. */
  from: number;
  to: number;
  /** Actions in all, those of {@link HEAVY_USER} among them. */
  rows: number;
  heavyRows: number;
}

/** One minute's rows as COPY reads them (text format), ids ascending. */
export interface MinuteOfActions {
  /** Unix ms. */
  minute: number;
  rows: number;
  action_logs: string;
  service_metrics: string;
}

export const actionColumns =
  'id, user_id, user_type, action_type, service_name, method_name, parameters, response_data, session_id, success, error_message, ' +
  'execution_time, platform, app_version, trace_id, timestamp, received_at, ip_address, identity';
export const metricColumns = 'id, service_name, method_name, execution_time, success, timestamp';

type UserType = keyof typeof callsOf;

interface Session {
  user_id: string;
  user_type: UserType | null;
  calls: readonly BenchCall[];
  draw: (random: Random) => number;
  session_id: string;
  /** platform, app_version and trace_id as COPY reads them. */
  device: string;
  ip_address: string;
  identity: 'token' | 'service' | 'anonymous';
}

const draws = Object.fromEntries(
  Object.entries(callsOf).map(([type, calls]) => [type, sampler(calls.map(({ weight }) => weight))]),
) as Record<UserType, (random: Random) => number>;

/**
 * Actions of a food-delivery platform, minute by minute: sessions of 10 to 20 actions within 20 minutes by users of whom few are busy and most
 * are not (the busiest of the drawn ones has 0.1 %), more at lunch and dinner and at the weekend, 5 % failures, log-normal times of which 1 %
 * are 5 to 50 times as long. The same plan gives the same rows, at some 200,000 a second.
 */
export function* generateActions({
  seed,
  from,
  to,
  rows,
  heavyRows,
}: ActionsPlan): Generator<MinuteOfActions> {
  const random = new Random(seed);
  const drawUser = sampler(zipfWeights(USERS, 0.85, 30));
  const plan = new MinutePlan<Session>();
  const weight = weightOfSpan(from, to);
  const last = Math.floor((to - 1) / MINUTE);
  const left = { drawn: rows - heavyRows, heavy: heavyRows };
  const due = { drawn: 0, heavy: 0 };
  // Ids ascend strictly: two actions of one millisecond are a millisecond apart.
  let before = 0;
  for (let minute = Math.floor(from / MINUTE); minute <= last; minute += 1) {
    const share = weightOfMinute(minute * MINUTE) / weight;
    due.drawn += (rows - heavyRows) * share;
    due.heavy += heavyRows * share;
    for (const kind of ['drawn', 'heavy'] as const) {
      // The last minute brings what rounding left.
      while (left[kind] > 0 && (due[kind] > 0 || minute === last)) {
        const session = kind === 'heavy' ? heavySession(random) : startSession(random, drawUser);
        const length = Math.min(random.between(10, 20), left[kind]);
        left[kind] -= length;
        due[kind] -= length;
        const room = Math.min(20, last - minute + 1);
        plan.add(minute, session);
        for (let step = 1; step < length; step += 1) plan.add(minute + random.below(room), session);
      }
    }
    const sessions = plan.take(minute);
    const start = Math.max(from, minute * MINUTE);
    const length = Math.min(to, (minute + 1) * MINUTE) - start;
    const times = sessions.map(() => start + random.below(length)).sort((a, b) => a - b);
    const made: MinuteOfActions = {
      minute: minute * MINUTE,
      rows: sessions.length,
      action_logs: '',
      service_metrics: '',
    };
    for (const [index, session] of sessions.entries()) {
      before = Math.max(before + 1, times[index] ?? 0);
      writeAction(made, random, session, before);
    }
    yield made;
  }
}

function writeAction(into: MinuteOfActions, random: Random, session: Session, time: number): void {
  const call = random.next() < 1 / 20_000 ? rareCall : (session.calls[session.draw(random)] ?? rareCall);
  const id = seededUuidV7(time, random);
  const success = random.next() >= call.failing;
  const at = new Date(time).toISOString();
  const received = new Date(time + random.between(30, 400)).toISOString();
  const slow = random.next() < 0.01 ? random.between(5, 50) : 1;
  const took = (call.median * slow < 1 ? 1 : random.logNormal(call.median * slow, 0.5)).toFixed(1);
  const [parameters, response] = call.payload(random, session.user_id);
  const actionType = random.next() < 1 / 50_000 ? RARE_ACTION_TYPE : call.method_name;
  const outcome = success ? 't\t\\N' : `f\t${errorMessage(random, call, session.user_id)}`;
  into.action_logs += `${id}\t${session.user_id}\t${session.user_type ?? '\\N'}\t${actionType}\t${call.service_name}\t${call.method_name}\t${parameters}\t${success ? response : '\\N'}\t${session.session_id}\t${outcome}\t${took}\t${session.device}\t${at}\t${received}\t${session.ip_address}\t${session.identity}\n`;
  into.service_metrics += `${id}\t${call.service_name}\t${call.method_name}\t${took}\t${success ? 't' : 'f'}\t${at}\n`;
}

const versions = sampler([60, 25, 10, 5]);
const platforms = sampler([58, 38, 4]);

/** What is always the same of a user follows from their number. */
function startSession(random: Random, drawUser: (random: Random) => number): Session {
  // One in 2,000 actions is an admin's; the forty of them are not among the drawn users.
  if (random.next() < 0.0005) return session(random, `a_${random.below(40)}`, 'admin', 'token');
  // Before signing in, and the app's first client, which has no token.
  if (random.next() < 0.02) return session(random, 'anonymous', null, 'anonymous');
  const number = drawUser(random);
  const kind = (number * 2_654_435_761) % 1_000;
  const type: UserType = kind < 60 ? 'delivery' : kind < 100 ? 'restaurant' : 'customer';
  const draw = random.next();
  return session(random, `u_${number}`, type, draw < 0.9 ? 'token' : draw < 0.96 ? 'service' : 'anonymous');
}

const heavySession = (random: Random): Session => session(random, HEAVY_USER, 'delivery', 'token');

function session(
  random: Random,
  user_id: string,
  user_type: UserType | null,
  identity: Session['identity'],
): Session {
  const type = user_type ?? 'customer';
  const platform = ['android', 'ios', 'web'][platforms(random)];
  const version = ['4.12.0', '4.11.3', '4.10.1', '4.2.0'][versions(random)];
  // Only our own services trace what they call.
  const trace =
    identity === 'service' ? seededUuidV7(random.below(2 ** 40), random).replaceAll('-', '') : '\\N';
  return {
    user_id,
    user_type,
    calls: callsOf[type],
    draw: draws[type],
    session_id: seededId('s_', random),
    device: `${platform}\t${version}\t${trace}`,
    ip_address: `${random.between(24, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`,
    identity,
  };
}
