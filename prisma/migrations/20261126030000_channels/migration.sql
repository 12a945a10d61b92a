-- Who is told of alerts, what each was told, and how it went.
--
-- Why beside the job queue (schema graphile_worker, which its library makes and migrates at start-up): a job is gone once it is done, and one that a dead
-- worker holds stays locked for four hours. What is to be delivered, who is at it until when, and each try stand here; a job only says «look at this one now».
--
-- Citus: all are local tables of the coordinator, as the queue's are.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at the first CREATE. Creates only.

CREATE TABLE "channels" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target" JSONB NOT NULL,                -- what may be shown: {url}, {url: masked} of Slack, {addresses}
    "secret" BYTEA,                         -- sealed: src/alerts/channels/seal.ts
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT,

    CONSTRAINT "channels_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "channels_kind_check" CHECK ("kind" IN ('webhook', 'slack', 'email'))
);

-- One notice for one channel. No foreign keys: the record outlives the channel, whose name and kind it keeps.
CREATE TABLE "deliveries" (
    "id" UUID NOT NULL,                     -- webhook-id and Message-ID of every try, unless redelivery_of says which
    "channel_id" UUID NOT NULL,
    "channel_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "alert_id" UUID,                        -- null: a test
    "notice_type" TEXT NOT NULL,
    "notice" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,  -- begun, so that what kills its worker is not begun for ever
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_until" TIMESTAMPTZ(3),         -- a worker is at it, or was
    "reached" TEXT[] NOT NULL DEFAULT '{}', -- addresses that have it already; a retry is for the others
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),            -- when it stopped being pending
    "redelivery_of" UUID,                   -- sent again on somebody's request, under that one's id

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "deliveries_status_check" CHECK ("status" IN ('pending', 'delivered', 'failed', 'gave_up', 'cancelled'))
);
-- Lists are newest first; the id is a UUIDv7.
CREATE INDEX "deliveries_channel_id_id_idx" ON "deliveries" ("channel_id", "id" DESC);
CREATE INDEX "deliveries_alert_id_id_idx" ON "deliveries" ("alert_id", "id" DESC);
-- The few that wait: looked through every few seconds.
CREATE INDEX "deliveries_pending_idx" ON "deliveries" ("next_attempt_at") WHERE "status" = 'pending';
-- What failed of late, and what may be forgotten.
CREATE INDEX "deliveries_settled_at_idx" ON "deliveries" ("settled_at");

CREATE TABLE "delivery_attempts" (
    "delivery_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,           -- when it ended
    "milliseconds" INTEGER NOT NULL,
    "status_code" INTEGER,                  -- of HTTP or SMTP; null: nobody answered
    "error" TEXT,                           -- at most 500 characters, as is what was answered, redacted
    "response" TEXT,

    CONSTRAINT "delivery_attempts_pkey" PRIMARY KEY ("delivery_id", "n"),
    CONSTRAINT "delivery_attempts_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "deliveries" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
