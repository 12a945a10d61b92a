-- Which buckets of orders there are, and with which fold each was written last: what `rollup_buckets` is for calls and actions.
--
-- Why: the busiest restaurants of 90 days, and the hours of the week, are made of 100,000 rows and 2,160 hours of sketches, nearly all of which are over.
-- With a version a bucket, a process remembers them, and reads what a fold changed.
--
-- Citus: a local table of the coordinator, like the rollups.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at CREATE. It reads one row a bucket: a second for ten years.
CREATE TABLE "order_buckets" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "version" BIGINT NOT NULL,              -- of the fold that wrote it last: an unchanged version is an unchanged bucket
    "grain" INTEGER NOT NULL,               -- seconds: 3600, 86400, 604800

    CONSTRAINT "order_buckets_pkey" PRIMARY KEY ("grain", "bucket")
);

-- Every order counts in the row of everybody, so that row is there for each bucket.
INSERT INTO "order_buckets" ("bucket", "version", "grain")
SELECT "bucket", (SELECT "version" FROM "rollup_state"), "grain"
FROM "order_rollups"
WHERE "dimension" = '' AND "key" = '';
