import { actionFields } from '../../store/row-fields.js';
import { type ActionFilter, equalities, narrowing } from './action-filter.js';
import type { Bind, ListSource } from './list-source.js';
import { lookUpActions } from './look-up-actions.js';

export const actionSource: ListSource<ActionFilter> = {
  table: 'action_logs',
  fields: actionFields,
  conditions(filter, bind) {
    const conditions = equalities
      .filter((column) => filter[column] !== undefined)
      .map((column) => `${column} = ${bind(filter[column])}`);
    // Literal, as the partial index of failures has it: a bound value would not be known to fit.
    if (filter.success !== undefined) conditions.push(filter.success ? 'success' : 'NOT success');
    if (filter.q !== undefined) conditions.push(messageContains(filter.q, bind));
    return conditions;
  },
  lookUp: lookUpActions,
  isUsuallyFew: (filter) =>
    filter.user_id !== undefined ||
    filter.session_id !== undefined ||
    // Admins do one in 800, which their index finds; among them are fewer of anything.
    (filter.user_type === 'admin' && narrowing.filter((field) => filter[field] !== undefined).length > 1),
  comparisons: (filter) => [
    ...equalities.map((column) => [`${column} = #::text`, filter[column]] as const),
    ['success = #::boolean', filter.success],
    ['error_message ILIKE #::text', filter.q === undefined ? undefined : containing(filter.q)],
  ],
};

/** Only a row with a message can match, so the partial index of failures and messages serves it. */
const messageContains = (q: string, bind: Bind): string => `error_message ILIKE ${bind(containing(q))}`;

const containing = (q: string): string => `%${q.replace(/[\\%_]/g, '\\$&')}%`;
