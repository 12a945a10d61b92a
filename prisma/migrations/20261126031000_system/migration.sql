-- What the service knows of itself: which replicas run, how they do, how they did, and since when each part is in its state.
--
-- Why in the database: an answer about the whole service must not depend on which replica is asked, and a rule on a figure of the service (the
-- disk fills up) must be one that can be tried on the past.
--
-- Citus: local tables of the coordinator.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at CREATE. Nothing that exists is read or locked.

-- One row a running process, written every 5 s and deleted when it closes. One that stays and is not written any more died.
CREATE TABLE "replicas" (
    "id" UUID NOT NULL,                     -- made anew by each process
    "pid" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,   -- by the process's clock
    "seen_at" TIMESTAMPTZ(3) NOT NULL,      -- by the database's clock, which all replicas share
    "host" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "measures" JSON NOT NULL,               -- {"queue_depth": 3, …}: see systemMeasures in src/contract/system.ts
    "jobs" JSON NOT NULL,                   -- how its jobs went: JobReport in src/system/job-report.ts
    "parts" JSON NOT NULL,                  -- what other parts say of themselves: PartReport in src/system/part.ts

    CONSTRAINT "replicas_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 50);

-- The same measures once a minute, for 8 days (10 MB with one replica), so that rules can be replayed on them.
CREATE TABLE "system_samples" (
    "at" TIMESTAMPTZ(0) NOT NULL,           -- the start of the minute
    "replica" UUID NOT NULL,                -- all zeros: about the whole service
    "measures" JSON NOT NULL,

    CONSTRAINT "system_samples_pkey" PRIMARY KEY ("at", "replica")
);

-- Since when each part is in the state it is in, over restarts.
CREATE TABLE "system_states" (
    "since" TIMESTAMPTZ(3) NOT NULL,
    "part" TEXT NOT NULL,
    "state" TEXT NOT NULL,                  -- ok, degraded, down, unknown
    "why" TEXT NOT NULL,                    -- as it was said when the state began

    CONSTRAINT "system_states_pkey" PRIMARY KEY ("part")
);
