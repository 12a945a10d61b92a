import type pg from 'pg';
import { inTransaction } from '../../store/in-transaction.js';
import type { MinuteFigures } from '../../store/rollups/minute-figures.js';
import { MINUTE, STEP } from '../evaluate/evaluator.js';
import { tryAlertLock } from '../queries/alert-lock.js';
import { getEngineState } from '../queries/get-engine-state.js';
import { writeStates } from '../queries/write-states.js';
import type { EngineMetrics } from './engine-metrics.js';
import type { GroupState } from './group-state.js';
import { type AlertSinks, type RuleChange, recordChanges } from './record-changes.js';
import { RunningRules } from './running-rules.js';
import { stepRule } from './step-rule.js';
import type { World } from './world.js';

export interface AlertEngineOptions extends AlertSinks {
  pool: pg.Pool;
  /** Which process this is. */
  replica: string;
  /** Unix ms. */
  clock: () => number;
  world: World;
  /** Minutes of [from, to) that hold anything, Unix ms, oldest first. */
  minutes: (from: number, to: number) => Promise<readonly MinuteFigures[]>;
  /** What has to be brought up to date before rules look; what it throws stops no rule. */
  before?: (client: pg.ClientBase, at: number) => Promise<void>;
  metrics: EngineMetrics;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** Rows of a step's time may still be in flight when it is over, so it is looked at so much later (ms): an INSERT takes some, a slow one hundreds. */
export const GRACE = 2_000;
/** How often a replica looks whether a step is due, in ms. */
const LOOK = 500;
/** Minutes that are caught up with after a pause; what was before them nobody can do anything about. */
const CATCH_UP = 60 * MINUTE;

/**
 * Looks at all rules every 5 s, at whole multiples of 5 s, once however many replicas run: a step is one transaction that takes a lock, reads where all groups stand and
 * when the last step was, and writes where they stand now, the alerts, the notifications and the step's time. Whichever replica comes first does it; one that dies
 * in it leaves nothing, and another does it within a second. Rules that count by the minute look once a minute, over minutes that are over.
 *
 * After a pause of all replicas the minutes since are stepped through one by one, an hour of them at most.
 */
export class AlertEngine {
  readonly #options: AlertEngineOptions;
  readonly #rules: RunningRules;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** The newest step that is known to be done, by anybody. */
  #done = 0;
  #stopped = false;

  constructor(options: AlertEngineOptions) {
    this.#options = options;
    this.#rules = new RunningRules(options.minutes);
  }

  /** When the last step was that this replica knows of, Unix ms; 0: none yet. */
  get lastStep(): number {
    return this.#done;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#running || this.#stopped) return;
      this.#running = this.step()
        .catch((error: unknown) => {
          this.#options.log.error({ err: error }, 'alert step failed; it is tried again');
        })
        .then(() => {
          this.#running = undefined;
        });
    }, LOOK).unref();
  }

  /** Waits for the step under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Does the step that is due, if any is, and no other replica does or did it. Returns whether it was done here. */
  async step(): Promise<boolean> {
    const at = Math.floor((this.#options.clock() - GRACE) / STEP) * STEP;
    if (at <= this.#done) return false;
    const started = performance.now();
    const done = await inTransaction(this.#options.pool, async (client) => {
      if (!(await tryAlertLock(client))) return undefined;
      const { step_at, rules, states, silences } = await getEngineState(client, at);
      if (step_at !== null && step_at >= at) return { at: step_at, here: false };
      await this.#before(client, at);
      await this.#rules.use(client, rules);
      const kept = byRule(states);
      for (const time of timesSince(step_at, at)) {
        await this.#rules.feed(time);
        const changes = await this.#look(kept, time, time === at);
        await writeStates(
          client,
          changes.map(({ rule, key, after }) => ({ rule_id: rule.id, group_key: key, state: after })),
          time,
        );
        await recordChanges(client, changes, time, { ...this.#options, rules, silences });
      }
      await this.#rules.save(client, at);
      await client.query(`UPDATE alert_engine SET step_at = to_timestamp($1::float8 / 1000), replica = $2`, [
        at,
        this.#options.replica,
      ]);
      return { at, here: true };
    });
    if (done === undefined) return false;
    this.#done = Math.max(this.#done, done.at);
    if (done.here) {
      this.#options.metrics.seconds.observe((performance.now() - started) / 1_000);
      this.#options.metrics.last.set(at / 1_000);
    }
    return done.here;
  }

  async #before(client: pg.ClientBase, at: number): Promise<void> {
    const { before, log } = this.#options;
    if (!before) return;
    await client.query('SAVEPOINT before_rules');
    try {
      await before(client, at);
      await client.query('RELEASE SAVEPOINT before_rules');
    } catch (error) {
      log.error({ err: error }, 'what rules look at could not be brought up to date');
      await client.query('ROLLBACK TO SAVEPOINT before_rules');
    }
  }

  /** Lets the rules look that are due, and moves `kept` on. In a time that is caught up with, only those that count by the minute: what others see is the present. */
  async #look(
    kept: Map<string, Map<string, GroupState>>,
    at: number,
    isLast: boolean,
  ): Promise<RuleChange[]> {
    const changes: RuleChange[] = [];
    for (const running of this.#rules.all) {
      const { rule, evaluator } = running;
      if (!running.isDue(at) || (!isLast && evaluator.every < MINUTE)) continue;
      const states = kept.get(rule.id) ?? new Map<string, GroupState>();
      kept.set(rule.id, states);
      try {
        for (const change of await stepRule(running, states, this.#options.world, at)) {
          changes.push({ rule, ...change });
          if (change.after) states.set(change.key, change.after);
          else states.delete(change.key);
        }
      } catch (error) {
        this.#options.metrics.failures.inc({ kind: rule.condition.kind });
        this.#options.log.error(
          { err: error, rule: rule.id, name: rule.name },
          'a rule could not be looked at',
        );
      }
    }
    return changes;
  }
}

function byRule(
  states: readonly { rule_id: string; group_key: string; state: GroupState }[],
): Map<string, Map<string, GroupState>> {
  const kept = new Map<string, Map<string, GroupState>>();
  for (const { rule_id, group_key, state } of states) {
    const groups = kept.get(rule_id) ?? new Map<string, GroupState>();
    groups.set(group_key, state);
    kept.set(rule_id, groups);
  }
  return kept;
}

/** The whole minutes since the last step, as far as they are caught up with, and the step itself. */
function timesSince(last: number | null, at: number): number[] {
  const times: number[] = [];
  const from = Math.max(last ?? at, at - CATCH_UP);
  for (let minute = (Math.floor(from / MINUTE) + 1) * MINUTE; minute < at; minute += MINUTE)
    times.push(minute);
  return [...times, at];
}
