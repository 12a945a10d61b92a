-- Rollups, the orders projection, and the indexes that searching needs.
--
-- Why deltas: the flush that writes rows also writes ONE row here, with what its new rows add to every rollup, in the same transaction. It
-- touches no row that another flush touches, so writers and replicas never wait for each other, and costs one INSERT a flush whatever
-- the number of services. A job folds deltas into the rollups once a minute; a question adds the deltas that are not folded yet. So
-- an answer is never stale, and its cost is the number of buckets.
--
-- Pages are packed full: nearly all buckets are over, and are not written again.
--
-- Rollup rows are keyed by grain (seconds: 60, 600, 3600, 21600, 86400, 604800) and the start of the bucket (UTC). Names are '' on rows that hold the total of
-- the level below, so that the total's percentiles and distinct users need not be added up when asked.
--
-- Citus: everything new here is a local table of the coordinator; the three distributed tables get indexes and a column, no key.
--
-- Safe to re-run? One transaction, all of it or nothing; a second run stops at the first CREATE. Building the indexes reads the
-- three large tables once and blocks their writers meanwhile (about 10 s a million rows).

-- The order that an event is about, whatever its entity: a payment's event_data.order_id as well as an order's own id.
ALTER TABLE "business_events" ADD COLUMN "order_id" TEXT;

-- One order's timeline.
CREATE INDEX "business_events_order_id_idx" ON "business_events" ("order_id") WHERE "order_id" IS NOT NULL;
-- One entity's events that are not an order's, such as a user's or a restaurant's. (An order's own are found by order_id.)
CREATE INDEX "business_events_entity_id_idx" ON "business_events" ("entity_id") WHERE "order_id" IS NULL;
-- Events of one kind, rare ones too.
CREATE INDEX "business_events_event_type_idx" ON "business_events" ("event_type");

-- What an action carries is kept as the text that it came as. jsonb takes 76 bytes an action more (341 for 265 of text), has to be built for each
-- row on its way in, and nothing looks inside. (An event's data stays jsonb: the orders' questions do look.)
ALTER TABLE "action_logs" ALTER COLUMN "parameters" TYPE JSON, ALTER COLUMN "response_data" TYPE JSON;

-- Lists are read a day's partition at a time, newest first, so an index needs no id behind its column: equal keys share one entry
-- (B-tree deduplication), 7 to 12 bytes a row instead of 57 for (user_id, id).
DROP INDEX "action_logs_user_id_id_idx";
-- One person's actions.
CREATE INDEX "action_logs_user_id_idx" ON "action_logs" ("user_id");
-- One session's.
CREATE INDEX "action_logs_session_id_idx" ON "action_logs" ("session_id") WHERE "session_id" IS NOT NULL;
-- One service's, or one method's of it.
CREATE INDEX "action_logs_service_name_method_name_idx" ON "action_logs" ("service_name", "method_name");
-- One kind's, rare ones too.
CREATE INDEX "action_logs_action_type_idx" ON "action_logs" ("action_type");
-- Failures and messages, one row in twenty: «failed only» beside any filter, and text search over messages.
CREATE INDEX "action_logs_failed_idx" ON "action_logs" ("id") WHERE NOT "success" OR "error_message" IS NOT NULL;

-- Admins act seldom, and every day: no day can be ruled out for them, and reading back for one in 800 rows takes a second.
CREATE INDEX "action_logs_admin_idx" ON "action_logs" ("id") WHERE "user_type" = 'admin';

-- What flushes add, until it is folded.
CREATE TABLE "rollup_deltas" (
    "seq" BIGINT GENERATED ALWAYS AS IDENTITY,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "delta" JSON NOT NULL,                  -- RollupDelta in src/store/rollups

    CONSTRAINT "rollup_deltas_pkey" PRIMARY KEY ("seq")
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
-- A delta lives for a minute: compressing a large flush's would cost its callers 0.1 ms.
ALTER TABLE "rollup_deltas" ALTER COLUMN "delta" SET STORAGE EXTERNAL;

-- One row. A question that read it before and after, with the same version, saw no fold in between.
CREATE TABLE "rollup_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" BIGINT NOT NULL DEFAULT 0,
    -- Since when minutes are kept; before it the hour is the smallest bucket.
    "minutes_since" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01T00:00:00Z',

    CONSTRAINT "rollup_state_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "rollup_state_id_check" CHECK ("id" = 1)
);
INSERT INTO "rollup_state" DEFAULT VALUES;

-- Every bucket that holds anything. Buckets that are over do not change, so a process remembers what it read of one under its version.
CREATE TABLE "rollup_buckets" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "version" BIGINT NOT NULL,              -- of the fold that wrote it last: an unchanged version is an unchanged bucket
    "grain" INTEGER NOT NULL,               -- seconds

    CONSTRAINT "rollup_buckets_pkey" PRIMARY KEY ("grain", "bucket")
);

-- Calls by service and method. ('', '') is the platform, (service, '') a service.
CREATE TABLE "service_rollups" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "service_name" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "failures" BIGINT NOT NULL,
    "time_sum" DOUBLE PRECISION NOT NULL,   -- ms
    "time_min" DOUBLE PRECISION NOT NULL,   -- ms
    "time_max" DOUBLE PRECISION NOT NULL,   -- ms
    "sketch" BYTEA NOT NULL,                -- LatencySketch

    -- A span is a range of buckets of one grain; its services are read along.
    CONSTRAINT "service_rollups_pkey" PRIMARY KEY ("grain", "bucket", "service_name", "method_name")
);

-- Actions by user type and action type. ('', '') is the platform, (user_type, '') a user type; 'unknown' is a user_type of null.
CREATE TABLE "activity_rollups" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "actions" BIGINT NOT NULL,
    "failures" BIGINT NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "user_type" TEXT NOT NULL,
    "action_type" TEXT NOT NULL,

    CONSTRAINT "activity_rollups_pkey" PRIMARY KEY ("grain", "bucket", "user_type", "action_type")
);

-- Distinct user_id by user type; '' is everybody.
CREATE TABLE "user_rollups" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "users" INTEGER NOT NULL,               -- the set's estimate
    "user_type" TEXT NOT NULL,
    "user_set" BYTEA NOT NULL,              -- DistinctSet

    CONSTRAINT "user_rollups_pkey" PRIMARY KEY ("grain", "bucket", "user_type")
) WITH (fillfactor = 80);
-- The sets are compact as they are: compressing them costs time and wins nothing.
ALTER TABLE "user_rollups" ALTER COLUMN "user_set" SET STORAGE EXTERNAL;

-- Kinds of failure: a method and a normalised message. Named once, since a message in each bucket and again in its key takes 12 bytes an action.
CREATE TABLE "error_kinds" (
    "kind" INTEGER GENERATED ALWAYS AS IDENTITY,
    "service_name" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "error_kinds_pkey" PRIMARY KEY ("kind")
);
-- A fold finds the kinds of its messages.
CREATE UNIQUE INDEX "error_kinds_key" ON "error_kinds" ("service_name", "method_name", "message");

-- Failures by kind.
CREATE TABLE "error_rollups" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "last_id" UUID NOT NULL,                -- an action that shows it: the newest
    "failures" BIGINT NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "kind" INTEGER NOT NULL,

    CONSTRAINT "error_rollups_pkey" PRIMARY KEY ("grain", "bucket", "kind"),
    CONSTRAINT "error_rollups_kind_fkey" FOREIGN KEY ("kind") REFERENCES "error_kinds" ("kind") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- On which days a method, or a service, failed.
CREATE INDEX "error_rollups_kind_bucket_idx" ON "error_rollups" ("kind", "bucket") WHERE "grain" = 86400;

-- One person's day (UTC): who is most active, who fails most, and against which past of their own.
CREATE TABLE "user_days" (
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "day" DATE NOT NULL,
    "actions" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_type" TEXT NOT NULL,              -- of the person's last action that day; 'unknown' where it said none

    -- One person's days.
    CONSTRAINT "user_days_pkey" PRIMARY KEY ("user_id", "day")
) WITH (fillfactor = 80);
-- The busiest of a day, without reading the others.
CREATE INDEX "user_days_day_actions_idx" ON "user_days" ("day", "actions" DESC);
-- And those that fail most: few people fail at all.
CREATE INDEX "user_days_day_failures_idx" ON "user_days" ("day", "failures" DESC) WHERE "failures" > 0;

-- How many actions went through a method on a day (UTC): on which days a list need not look. (service_rollups count calls; an action without a time is none.)
CREATE TABLE "method_days" (
    "day" DATE NOT NULL,
    "actions" INTEGER NOT NULL,
    "service_name" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,

    -- One method's days, or one service's.
    CONSTRAINT "method_days_pkey" PRIMARY KEY ("service_name", "method_name", "day")
);

-- Each order as its events tell it: a function of the set of them, whatever their sequence. See src/store/orders.
CREATE TABLE "orders" (
    "order_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "customer_id" TEXT,
    "restaurant_id" TEXT,
    "courier_id" TEXT,
    "currency" TEXT,
    "amount" DOUBLE PRECISION,              -- as placed, in the currency's main unit
    "captured" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "refunded" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3) NOT NULL,     -- of any event
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    -- Since when the order is in its state.
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    "placed_at" TIMESTAMPTZ(3),
    "accepted_at" TIMESTAMPTZ(3),
    "preparing_at" TIMESTAMPTZ(3),
    "ready_at" TIMESTAMPTZ(3),
    "courier_assigned_at" TIMESTAMPTZ(3),
    "picked_up_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "rejected_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    -- [{code, detail, event_ids}]: what may not happen, and did.
    "illegal" JSONB NOT NULL DEFAULT '[]',
    -- The facts of each event, by event id: what all of the above is computed from.
    "events" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "orders_pkey" PRIMARY KEY ("order_id")
) WITH (fillfactor = 70);
-- Newest first, and the span of a question.
CREATE INDEX "orders_first_at_idx" ON "orders" ("first_at");
-- A customer's own, a restaurant's own, a courier's own.
CREATE INDEX "orders_customer_id_first_at_idx" ON "orders" ("customer_id", "first_at") WHERE "customer_id" IS NOT NULL;
CREATE INDEX "orders_restaurant_id_first_at_idx" ON "orders" ("restaurant_id", "first_at") WHERE "restaurant_id" IS NOT NULL;
CREATE INDEX "orders_courier_id_first_at_idx" ON "orders" ("courier_id", "first_at") WHERE "courier_id" IS NOT NULL;
-- What stands still: the orders of one state, longest there first.
CREATE INDEX "orders_state_state_since_idx" ON "orders" ("state", "state_since");
-- What went wrong, a few in a thousand.
CREATE INDEX "orders_illegal_idx" ON "orders" ("first_at") WHERE "illegal" <> '[]';

-- Orders by the hour, day and week (of seven days since 1970) they began in, by dimension: '' all, 'restaurant', 'courier'.
CREATE TABLE "order_rollups" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "orders" INTEGER NOT NULL,
    -- How many came at least so far.
    "placed" INTEGER NOT NULL,
    "accepted" INTEGER NOT NULL,
    "ready" INTEGER NOT NULL,
    "picked_up" INTEGER NOT NULL,
    "delivered" INTEGER NOT NULL,
    -- How many ended otherwise, and from which stage.
    "rejected" INTEGER NOT NULL,
    "cancelled_placed" INTEGER NOT NULL,
    "cancelled_accepted" INTEGER NOT NULL,
    "cancelled_ready" INTEGER NOT NULL,
    "cancelled_picked_up" INTEGER NOT NULL,
    "illegal" INTEGER NOT NULL,
    "dimension" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    -- By currency, in ten-thousandths of its main unit: [placed, captured, refunded, delivery_fee, tip].
    "amounts" JSONB NOT NULL,
    "sketches" BYTEA NOT NULL,              -- a LatencySketch a stage

    -- One restaurant's, one courier's.
    CONSTRAINT "order_rollups_pkey" PRIMARY KEY ("grain", "dimension", "key", "bucket")
) WITH (fillfactor = 80);
-- The busiest of a span, from the index alone.
CREATE INDEX "order_rollups_grain_dimension_bucket_orders_key_idx" ON "order_rollups" ("grain", "dimension", "bucket", "orders" DESC, "key");

-- How many orders of an hour, day or week went which way: a letter an event, in order of time, such as «PAKRUD» (orderEventLetters in
-- src/store/orders). Any funnel over orders is a question to these.
CREATE TABLE "order_paths" (
    "bucket" TIMESTAMPTZ(0) NOT NULL,
    "orders" BIGINT NOT NULL,
    "grain" INTEGER NOT NULL,               -- seconds
    "path" TEXT NOT NULL,

    CONSTRAINT "order_paths_pkey" PRIMARY KEY ("grain", "bucket", "path")
) WITH (fillfactor = 80);
