import type { ConditionOf } from '../../contract/alert-rule.js';
import type { SystemMeasureName } from '../../contract/system.js';

/** An order that waits for a stage. */
export interface StuckOrder {
  order_id: string;
  restaurant_id: string | null;
  /** When it reached the stage after which it waits, Unix ms. */
  since: number;
}

/** Somebody who behaves unusually now. */
export interface ActiveFinding {
  detector: string;
  /** user_id, ip_address, session_id or courier_id. */
  subject_kind: string;
  subject: string;
  /** 0 to 1. */
  score: number;
  reason: string;
}

/** A figure that the service knows of itself. */
export interface SystemFigure {
  measure: SystemMeasureName;
  /** Which replica says so; null: it is about the whole. */
  replica: string | null;
  value: number;
}

/** What rules look at beside minutes, as of a time (Unix ms): the database for the running engine, what was read of it for a replay. */
export interface World {
  stuckOrders(
    condition: ConditionOf<'stuck_order'>,
    at: number,
  ): Promise<readonly StuckOrder[]> | readonly StuckOrder[];
  findings(at: number): Promise<readonly ActiveFinding[]> | readonly ActiveFinding[];
  figures(at: number): Promise<readonly SystemFigure[]> | readonly SystemFigure[];
}
