-- Alert rules, where each of their groups stands, what fired, and who is not to be called.
--
-- Why states in tables: any replica may evaluate. Each step is one transaction that takes the lock, reads where all stood, moves on and writes
-- alerts, notifications and the step's time together; so a replica that dies in it leaves nothing behind, and the next one does the same step.
--
-- Citus: all are local tables of the coordinator.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at the first CREATE. Creates only.

CREATE TABLE "alert_rules" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "severity" TEXT NOT NULL,
    "condition" JSONB NOT NULL,             -- conditionSchema in src/contract/alert-rule.ts
    "for_seconds" INTEGER NOT NULL DEFAULT 0,
    "resolve_after_seconds" INTEGER NOT NULL DEFAULT 0,
    "cooldown_seconds" INTEGER NOT NULL DEFAULT 0,
    "quiet_hours" JSONB NOT NULL DEFAULT '[]',
    "channels" UUID[] NOT NULL DEFAULT '{}',
    "runbook_url" TEXT,
    "builtin" TEXT,                         -- names a rule that comes with the service
    -- Moves on with each change of what is looked at, so that a step under way does not write states of the rule as it was.
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_rules_severity_check" CHECK ("severity" IN ('info', 'warning', 'critical'))
);
-- Rules that come with the service are made once, whoever starts first.
CREATE UNIQUE INDEX "alert_rules_builtin_key" ON "alert_rules" ("builtin");

-- Where a group of a rule stands; groups that are well and have no past worth keeping have no row.
CREATE TABLE "alert_states" (
    "rule_id" UUID NOT NULL,
    "group_key" TEXT NOT NULL,
    "state" JSONB NOT NULL,                 -- GroupState in src/alerts/engine
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_states_pkey" PRIMARY KEY ("rule_id", "group_key"),
    CONSTRAINT "alert_states_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "alert_rules" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- What fired, for good. Names and figures are as they were then: the rule may change, or go.
CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "rule_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "group_key" TEXT NOT NULL,
    "group" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "threshold" DOUBLE PRECISION,
    "unit" TEXT NOT NULL,
    "values" JSONB NOT NULL,                -- [{at, value}]
    "history" JSONB NOT NULL DEFAULT '[]',  -- [{at, type, by, note}]
    "channels" UUID[] NOT NULL DEFAULT '{}',
    "runbook_url" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "fired_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,
    "silenced" BOOLEAN NOT NULL DEFAULT false,
    "notified_at" TIMESTAMPTZ(3),           -- when its channels were told; null: nobody was called

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alerts_status_check" CHECK ("status" IN ('firing', 'resolved'))
);
-- One firing a rule and group, whatever happens.
CREATE UNIQUE INDEX "alerts_firing_key" ON "alerts" ("rule_id", "group_key") WHERE "status" = 'firing';
-- One rule's history, newest first.
CREATE INDEX "alerts_rule_id_id_idx" ON "alerts" ("rule_id", "id" DESC);

-- Who is not to be called about what, until when. An alert that matches is recorded all the same.
CREATE TABLE "alert_silences" (
    "id" UUID NOT NULL,
    "rule_id" UUID,
    "severity" TEXT,
    "group" JSONB NOT NULL DEFAULT '{}',    -- labels that must all be there
    "from" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "created_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_silences_pkey" PRIMARY KEY ("id")
);

-- What a detector of unusual values has learned of one group; an hour old at most, the rest is read again.
CREATE TABLE "alert_series" (
    "rule_id" UUID NOT NULL,
    "group_key" TEXT NOT NULL,
    "fed_to" TIMESTAMPTZ(3) NOT NULL,       -- up to which minute
    "detector" BYTEA NOT NULL,              -- gzip of JSON

    CONSTRAINT "alert_series_pkey" PRIMARY KEY ("rule_id", "group_key"),
    CONSTRAINT "alert_series_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "alert_rules" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- One row: the last step, and who did it.
CREATE TABLE "alert_engine" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "step_at" TIMESTAMPTZ(3),
    "replica" UUID,
    "defaults" INTEGER NOT NULL DEFAULT 0,  -- which edition of the rules that come along was made

    CONSTRAINT "alert_engine_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_engine_id_check" CHECK ("id" = 1)
);
INSERT INTO "alert_engine" DEFAULT VALUES;
