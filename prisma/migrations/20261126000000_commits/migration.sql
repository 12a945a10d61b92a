-- What was committed, in an order that every replica can follow: one row a flush, with the ids that were new.
--
-- Why: a replica pushes what others commit too. NOTIFY alone is lost with the connection that listens; a row that is written in the flush's own
-- transaction is not, and its number makes a cursor that holds at any replica. Rows live for ten minutes. Numbers are given before they commit, so
-- that readers meet holes, which fill or stay empty (a flush that rolled back); see src/live.
--
-- Citus: a local table of the coordinator, like rollup_deltas.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at CREATE.
CREATE TABLE "commits" (
    "seq" BIGINT GENERATED ALWAYS AS IDENTITY,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "replica" UUID NOT NULL,                -- the process that wrote it
    -- 16 bytes an id, in id order: an array would say the type and each length again.
    "actions" BYTEA,
    "events" BYTEA,
    "messages" JSON,                        -- [{type, data}] that are pushed as they are, such as alerts

    CONSTRAINT "commits_pkey" PRIMARY KEY ("seq")
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- Ids do not compress, and trying costs a flush's callers.
ALTER TABLE "commits" ALTER COLUMN "actions" SET STORAGE EXTERNAL, ALTER COLUMN "events" SET STORAGE EXTERNAL;
