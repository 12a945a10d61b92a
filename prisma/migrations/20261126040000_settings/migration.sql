-- What admins change while the service runs: one row for each part of the settings, its value as JSON.
--
-- Why in the database and not in the environment: it is changed over the API, with a preview, by whoever may, and all replicas follow within seconds. What a
-- process needs before it has a database stays in the environment.
--
-- Citus: a local table of the coordinator.
--
-- Safe to re-run? One transaction; a second run stops at CREATE. Nothing that exists is read or locked.
CREATE TABLE "settings" (
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,             -- counts changes from 1; a part without a row was never changed
    "key" TEXT NOT NULL,                    -- such as retention
    "value" JSON NOT NULL,
    "changed_by" TEXT NOT NULL,             -- the admin's account id

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 50);
