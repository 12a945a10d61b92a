import { timeOfUuidV7 } from '../../store/uuid-v7.js';
import type { BehaviourAction } from '../behaviour/behaviour-action.js';
import { actionSource } from './action-source.js';
import type { Known, ReadFrom } from './list-source.js';
import { readPage } from './read-pages.js';

/** In the order in which they are read below. */
const names = [
  'id',
  'action_type',
  'service_name',
  'method_name',
  'success',
  'error_message',
  'session_id',
  'platform',
  'app_version',
  'ip_address',
] as const;

/** A list of actions without what they carry, which is most of their bytes. */
const source = {
  ...actionSource,
  fields: names.flatMap((name) => actionSource.fields.find((field) => field.name === name) ?? []),
};

/** A person's newest actions, `most` of them, as far as their analysis reads them. */
export async function behaviourActions(
  from: ReadFrom,
  userId: string,
  { now, most, known }: { now: number; most: number; known: Known },
): Promise<BehaviourAction[]> {
  const rows = await readPage(source, { user_id: userId }, { from, now, most, known });
  return rows.map(
    ([
      id,
      action_type,
      service_name,
      method_name,
      success,
      error_message,
      session_id,
      platform,
      app_version,
      ip,
    ]) => ({
      id,
      timestamp: timeOfUuidV7(id),
      action_type: action_type ?? '',
      service_name: service_name ?? '',
      method_name: method_name ?? '',
      success: success === 'true',
      error_message: error_message ?? null,
      session_id: session_id ?? null,
      platform: platform ?? null,
      app_version: app_version ?? null,
      ip_address: ip ?? null,
    }),
  );
}
