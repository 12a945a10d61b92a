import { Problem } from '../../http/problem.js';
import type { OrderCursor } from '../queries/list-orders.js';

/** Beyond this a Date has no text. */
const LATEST = 8.64e15;

export const writeOrderCursor = ({ at, order_id }: OrderCursor): string =>
  Buffer.from(JSON.stringify([at, order_id])).toString('base64url');

/** A cursor that a page gave, or 422. */
export function readOrderCursor(text: string): OrderCursor {
  try {
    const [at, order_id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    if (Number.isInteger(at) && Math.abs(at as number) <= LATEST && typeof order_id === 'string')
      if (!order_id.includes('\0')) return { at: at as number, order_id };
  } catch {
    // Not one of ours, like any other that is not.
  }
  throw new Problem('validation-failed', 'The question is not valid.', {
    errors: [{ path: 'cursor', message: 'must be the next_cursor of a page' }],
  });
}
