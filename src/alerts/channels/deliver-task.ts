/** The queue's name for «look at this delivery now». */
export const DELIVER = 'deliver';

/**
 * SQL that puts a delivery's job into the queue, in the transaction that it is part of, for a time. One job a delivery: while one waits, this moves it; while
 * one runs, this is the next. `id` and `at` are SQL expressions of ours.
 */
export const addDeliverJob = (id: string, at = 'now()'): string =>
  `graphile_worker.add_job('${DELIVER}', json_build_object('id', ${id}), run_at := ${at}, job_key := '${DELIVER}:' || ${id})`;
