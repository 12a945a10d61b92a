import { DAY, HOUR, MINUTE, SECOND } from '../../demo/durations.js';
import type { Random } from '../../demo/random.js';
import type { Disturbance } from './disturbance.js';
import type { Method } from './platform.js';

/** What is no incident and must not alarm, and how slow couriers are by it. */
export interface Ordinary {
  disturbances: Disturbance[];
  /** Times in which deliveries take longer. */
  rain: { begin: number; end: number }[];
}

/** Rain, promotions, a holiday, deployments, bursts and bad minutes of a month. */
export function ordinaryOf(
  random: Random,
  methods: readonly Method[],
  start: number,
  days: number,
): Ordinary {
  const disturbances: Disturbance[] = [];
  const rain: Ordinary['rain'] = [];
  const services = [...new Set(methods.map(({ service }) => service))];
  const dayAt = (day: number, hour: number) => start + day * DAY + (hour - 3) * HOUR;
  const whenever = () => start + random.between(0, days * DAY);

  for (let day = random.int(2, 9); day < days; day += random.int(8, 14)) {
    const begin = dayAt(day, random.between(9, 14));
    const end = begin + random.between(6, 11) * HOUR;
    rain.push({ begin, end });
    disturbances.push({ begin, end, byPeople: true, traffic: random.between(1.5, 1.7), ramp: 40 * MINUTE });
  }
  for (let day = random.int(1, 8); day < days; day += random.int(7, 12)) {
    const begin = dayAt(day, random.between(18, 20));
    const slower = random.between(1.2, 1.3);
    disturbances.push({
      begin,
      end: begin + 2 * HOUR,
      byPeople: true,
      traffic: 3,
      slower,
      ramp: 10 * MINUTE,
    });
  }
  const holiday = dayAt(random.int(8, days - 2), 6);
  disturbances.push({
    begin: holiday,
    end: holiday + 20 * HOUR,
    byPeople: true,
    traffic: 0.5,
    ramp: 2 * HOUR,
  });
  for (let deploy = 0; deploy < days * 0.7; deploy += 1) {
    const service = random.pick(services);
    const begin = whenever();
    disturbances.push({
      begin,
      end: begin + 20 * SECOND,
      service,
      failing: random.between(0.5, 1),
      failedTakes: 5,
    });
    disturbances.push({ begin, end: begin + MINUTE, service, slower: random.between(2, 4) });
  }
  for (let burst = 0; burst < days * 0.5; burst += 1) {
    const begin = whenever();
    const length = random.between(1, 2) * MINUTE;
    disturbances.push({
      begin,
      end: begin + length,
      service: 'geoService',
      method: 'position',
      traffic: random.between(3, 8),
    });
  }
  for (let day = 0; day < days; day += 1) {
    // A chain's prices, every night and now and then by day.
    const batches = [dayAt(day, 28.5), ...(random.chance(0.2) ? [dayAt(day, random.between(9, 17))] : [])];
    for (const begin of batches) {
      const end = begin + random.between(2, 3) * MINUTE;
      disturbances.push({
        begin,
        end,
        service: 'menuService',
        method: 'updatePrice',
        traffic: random.between(100, 300),
      });
    }
  }
  for (let bad = 0; bad < days * 0.3; bad += 1) {
    const begin = whenever();
    const service = random.pick(services);
    const end = begin + random.between(1, 2) * MINUTE;
    disturbances.push({
      begin,
      end,
      service,
      failing: random.between(0.03, 0.08),
      slower: random.between(1, 1.4),
    });
  }
  return { disturbances, rain };
}
