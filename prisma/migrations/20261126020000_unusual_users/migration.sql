-- Who behaves unusually, as the user watch finds it, and what the watch remembers.
--
-- Why the watch's memory is in a table: any replica may do the next step. What one has learned of users, addresses and sessions in weeks
-- another cannot read again in seconds; so it is saved once a minute with the number of the last commit that it knows, and whoever takes over
-- goes on from there. Findings are named by what they say, so that commits which are watched twice add nothing.
--
-- Citus: both are local tables of the coordinator.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at the first CREATE. Creates only.
CREATE TABLE "unusual_users" (
    "id" UUID NOT NULL,                     -- UUIDv7 of first_at
    "detector" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,      -- the highest so far, 0 to 1
    "reason" TEXT NOT NULL,
    "evidence" UUID[] NOT NULL,             -- of actions or events, 20 at most
    "since" TIMESTAMPTZ(3) NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "times" INTEGER NOT NULL,

    CONSTRAINT "unusual_users_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "unusual_users_subject_kind_check" CHECK ("subject_kind" IN ('user_id', 'ip_address', 'session_id', 'courier_id'))
);
-- One row a finding, however often its commits are watched; and one subject's history.
CREATE UNIQUE INDEX "unusual_users_finding_key" ON "unusual_users" ("subject", "detector", "subject_kind", "first_at");
-- Which go on now.
CREATE INDEX "unusual_users_last_at_idx" ON "unusual_users" ("last_at");

-- One row: how far the watch is, and what it remembered at its last save.
CREATE TABLE "user_watch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    -- Of the last step that committed: a process whose own last step it is not has to read the state again.
    "step" UUID,
    "through" BIGINT NOT NULL DEFAULT 0,    -- commits.seq up to which rows were watched
    "state" BYTEA,                          -- gzip of JSON lines
    "state_through" BIGINT NOT NULL DEFAULT 0,
    "saved_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_watch_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "user_watch_id_check" CHECK ("id" = 1)
);
-- It is compressed already.
ALTER TABLE "user_watch" ALTER COLUMN "state" SET STORAGE EXTERNAL;
INSERT INTO "user_watch" DEFAULT VALUES;
