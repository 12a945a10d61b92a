import type { Finding } from '../../../contract/behaviour.js';
import type { BehaviourAction } from '../behaviour-action.js';
import { deviceKey } from '../devices.js';
import { networkOf } from '../network-of.js';
import type { Log10 } from '../statistics/tails.js';
import { DAY } from '../user-day.js';
import type { SensitiveKind } from './action-meaning.js';
import { dailyRate, type Familiar, familiarise } from './familiar.js';
import { makeFinding } from './make-finding.js';
import type { OwnPast } from './own-past.js';

/** Once in 500 days of somebody who goes on as before. */
const RAISE_AT: Log10 = Math.log10(1 / 500);
/** Fewer days do not show which devices a person has. */
const LEAST_DAYS = 10;

interface Novelty {
  what: string;
  rate: number;
}

/**
 * A device or an address that the last 24 hours brought did something about money or the account. The chance is a product: of a day that brings a
 * new device (a new platform; or a new version of a known one, which every update is), of one that brings a new address, and of one with
 * that kind of action at all, each as often as in the person's own past. So a traveller who pays, as always, is left alone.
 */
export function newDeviceSensitive({ past, recent, meaning }: OwnPast): Finding | null {
  const acts = recent.flatMap((action) => {
    const kind = meaning.sensitive(action);
    return kind === null ? [] : [{ action, kind }];
  });
  if (acts.length === 0) return null;
  const noveltiesOf = createNovelties(past);
  const rateOf = sensitiveRates(past, meaning.sensitive);
  const strange = acts
    .map(({ action, kind }) => {
      const novelties = noveltiesOf(action);
      const chance = novelties.reduce((sum, { rate }) => sum + Math.log10(rate), Math.log10(rateOf(kind)));
      return { action, kind, novelties, chance: novelties.length > 0 ? chance : 0 };
    })
    .filter(({ chance }) => chance <= RAISE_AT);
  const [worst] = strange.toSorted((a, b) => a.chance - b.chance);
  if (worst === undefined) return null;
  return makeFinding('new_device_sensitive', {
    reason: `${worst.action.method_name} (${worst.kind}) from ${worst.novelties.map(({ what }) => what).join(' and ')}, first seen in the last 24 hours`,
    chance: worst.chance,
    actions: strange.map(({ action }) => action),
    since: strange[0]?.action.timestamp ?? worst.action.timestamp,
  });
}

function createNovelties(past: readonly BehaviourAction[]): (action: BehaviourAction) => Novelty[] {
  const networkKey = ({ ip_address }: BehaviourAction) =>
    ip_address === null ? null : networkOf(ip_address);
  const platforms = familiarise(past, ({ platform }) => platform);
  const devices = familiarise(past, deviceKey);
  const networks = familiarise(past, networkKey);
  const isNew = ({ seen, days }: Familiar, key: string | null) =>
    key !== null && days >= LEAST_DAYS && !seen.has(key);
  return (action) => {
    const found: Novelty[] = [];
    const { platform, app_version } = action;
    if (isNew(platforms, platform))
      found.push({ what: `the new platform ${platform}`, rate: platforms.rate });
    else if (isNew(devices, deviceKey(action))) {
      const version = app_version === null ? 'an app without a version' : `the new version ${app_version}`;
      found.push({ what: `${version} on ${platform ?? 'an unnamed platform'}`, rate: devices.rate });
    }
    if (isNew(networks, networkKey(action))) {
      found.push({ what: `the new address ${action.ip_address}`, rate: networks.rate });
    }
    return found;
  };
}

/** On which share of days to expect an action of a kind. */
function sensitiveRates(
  past: readonly BehaviourAction[],
  kindOf: (action: BehaviourAction) => SensitiveKind | null,
): (kind: SensitiveKind) => number {
  const days = new Set<number>();
  const kindDays = new Map<SensitiveKind, Set<number>>();
  for (const action of past) {
    const day = Math.floor(action.timestamp / DAY);
    days.add(day);
    const kind = kindOf(action);
    if (kind !== null) kindDays.set(kind, (kindDays.get(kind) ?? new Set<number>()).add(day));
  }
  return (kind) => dailyRate(kindDays.get(kind)?.size ?? 0, days.size);
}
