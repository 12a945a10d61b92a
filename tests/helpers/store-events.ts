import { expect } from 'vitest';
import type { TestApp } from './build-test-app.js';
import type { SimulatedEvent } from './simulate-orders.js';

/** Sends events as a service does, 500 at a time, and expects all to be stored. */
export async function storeEvents(
  { app }: TestApp,
  apiKey: string,
  events: readonly SimulatedEvent[],
): Promise<void> {
  for (let start = 0; start < events.length; start += 500) {
    const part = events.slice(start, start + 500);
    const response = await app.inject({
      method: 'POST',
      url: '/api/events/batch',
      headers: { 'x-api-key': apiKey },
      payload: { events: part },
    });
    expect(response.json()).toMatchObject({ stored: part.length, rejected: 0 });
  }
}
