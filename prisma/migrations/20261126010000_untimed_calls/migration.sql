-- Actions without a time of the call, by service and method.
--
-- Why: calls are what says how long it took. The mobile app's first client sends no times, so none of its actions, and none of their failures, was in any figure
-- of a service, and an alert on a service's error rate would not have seen them. They stand beside the calls, not among them: counts of calls,
-- averages and percentiles stay what they were.
--
-- A row may have no calls now: then time_min is infinite, time_max and time_sum are 0, and the sketch is empty.
--
-- Buckets that were folded before have 0 here, until `npm run rebuild-rollups` has counted their days anew; those of days whose rows retention has
-- forgotten keep it.
--
-- Citus: a local table of the coordinator, as it was.
--
-- Safe to re-run? Yes. A default that is constant is kept in the catalogue, so no row is written, however many there are; the table's lock is held for
-- milliseconds.
ALTER TABLE "service_rollups"
    ADD COLUMN IF NOT EXISTS "untimed" BIGINT NOT NULL DEFAULT 0,           -- actions without execution_time
    ADD COLUMN IF NOT EXISTS "untimed_failures" BIGINT NOT NULL DEFAULT 0;  -- those of them that failed
