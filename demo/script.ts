import { callOutcome, callTime } from './call-outcome.js';
import { type MethodName, methods } from './catalogue/methods.js';
import { type Incident, isActive } from './incident.js';
import type { Fields, Item } from './item.js';
import type { Facts } from './order.js';
import type { Random } from './random.js';
import { uuidV7 } from './uuid-v7.js';
import type { Actor } from './world.js';

/** An actor while the app is open. */
export interface Session {
  actor: Actor;
  id: string;
}

export interface Called {
  /** When the answer came. */
  end: number;
  error: string | null;
}

export interface Entity {
  type: 'order' | 'payment' | 'user' | 'config';
  id: string;
}

export interface Stage {
  /** Unix ms at which the world began. */
  start: number;
  /** Where ids take their random bits from. */
  ids: Random;
  incidents: readonly Incident[];
  play(item: Item): void;
}

/** How often an app tries before it gives up, and a person waits no longer. */
const TRIES = 3;

/** What a story writes: each call, event and metric at its time, with its id. */
export class Script {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  isActive(kind: Incident['kind'], at: number): boolean {
    return isActive(this.#stage.incidents, kind, at);
  }

  /** One call of a service by an app. The app reports it when the answer is there: that is its time. */
  call(at: number, { actor, id }: Session, name: MethodName, facts: Facts, fails?: boolean): Called {
    const [service_name = '', method_name = ''] = name.split('.');
    const slow = service_name === 'paymentService' && this.isActive('slow-payment', at);
    const { time, error } = callOutcome(facts, name, { slow, ...(fails === undefined ? {} : { fails }) });
    const end = at + time;
    const { random } = facts;
    this.#stage.play({
      at: end,
      kind: 'action',
      body: {
        id: this.#id(end),
        service_name,
        method_name,
        parameters: {
          ...methods[name].parameters(facts),
          client: { model: actor.device, network: random.pick(['wifi', '4g', '5g']), locale: 'tr-TR' },
        },
        response_data: error === null ? methods[name].response(facts) : null,
        success: error === null,
        error_message: error,
        user_id: actor.id,
        user_type: actor.type,
        session_id: id,
        execution_time: time,
        platform: actor.platform,
        app_version: actor.appVersion,
        trace_id: random.hex(32),
      },
    });
    return { end, error };
  }

  /** Calls until it works, as somebody does who must get on. Returns when it did. */
  getDone(at: number, session: Session, name: MethodName, facts: Facts): number {
    let begin = at;
    for (let attempt = 1; attempt < TRIES; attempt++) {
      const { end, error } = this.call(begin, session, name, facts);
      if (error === null) return end;
      begin = end + facts.random.between(1_000, 4_000);
    }
    return this.call(begin, session, name, facts, false).end;
  }

  event(at: number, type: string, entity: Entity, by: string, data: Fields, planted?: string): void {
    this.#stage.play({
      at,
      kind: 'event',
      body: {
        id: this.#id(at),
        event_type: type,
        entity_type: entity.type,
        entity_id: entity.id,
        event_data: data,
        triggered_by: by,
      },
      ...(planted === undefined ? {} : { planted }),
    });
  }

  /** One call between services of the back end, which no app sees. */
  metric(at: number, service_name: string, method_name: string, median: number, random: Random): number {
    const slow = service_name.startsWith('payment') && this.isActive('slow-payment', at);
    const execution_time = Math.round(callTime(random, median) * (slow ? 10 : 1) * 10) / 10;
    const end = at + execution_time;
    const success = !random.chance(slow ? 0.3 : 0.01);
    this.#stage.play({
      at: end,
      kind: 'metric',
      body: { id: this.#id(end), service_name, method_name, execution_time, success },
    });
    return end;
  }

  #id(at: number): string {
    return uuidV7(this.#stage.start + at, this.#stage.ids);
  }
}
