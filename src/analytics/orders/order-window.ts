import type { SpanQuery } from '../../contract/span.js';
import { type Span, wholeHours } from '../../store/orders/order-grains.js';
import { windowOf } from '../window.js';

/** The span of a question about orders, which are counted by whole hours, and what the answer says of it. */
export function orderWindow(query: SpanQuery, now: number) {
  const { timeframe, span: asked } = windowOf(query, now, Number.POSITIVE_INFINITY);
  const span: Span = wholeHours(asked);
  return {
    span,
    fields: {
      timeframe,
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      timezone: query.timezone,
    },
  };
}
