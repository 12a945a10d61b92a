-- Actions, business events, service metrics; accounts with their refresh tokens and API keys.
--
-- Why partitions: action_logs, business_events and service_metrics only grow, and are kept for a number of days. They are cut by day of
-- their UUIDv7 id, whose first 48 bits are Unix milliseconds, so that forgetting a day is DROP TABLE instead of DELETE and VACUUM,
-- and a question about a span of time reads its days only. The service makes the daily children ahead of time
-- (action_logs_p20261124); a DEFAULT child catches what no day covers, so that an accepted row always has a place.
--
-- Why no lengths: the wire's schemas validate every length before a row gets here. A varchar(n) would say it a second time, would have to
-- change with it, and a row that broke it would cost the whole statement of up to hundreds of acknowledged rows. The CHECKs below
-- are for the few closed sets that queries and access rules branch on.
--
-- Citus: every primary or unique key of the three partitioned tables is (id), the future distribution column; no trigger, no foreign key
-- and no other unique key touches them. The other tables stay local.
--
-- Safe to re-run? It runs as one transaction: all of it or nothing. On a database that has these tables it stops at the first CREATE
-- and changes nothing; there is no IF NOT EXISTS, which would accept a table of another shape. Needs PostgreSQL 15 or later.

CREATE TABLE "action_logs" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "user_type" TEXT,
    "action_type" TEXT NOT NULL,
    "service_name" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "parameters" JSONB,
    "response_data" JSONB,
    "session_id" TEXT,
    "success" BOOLEAN NOT NULL,
    "error_message" TEXT,
    "execution_time" DOUBLE PRECISION,      -- ms
    "platform" TEXT,
    "app_version" TEXT,
    "trace_id" TEXT,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,    -- the id's time
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" INET,
    "identity" TEXT NOT NULL,

    -- Idempotency (ON CONFLICT), the newest-first list and its cursor, and the id range of every time window.
    CONSTRAINT "action_logs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "action_logs_user_type_check" CHECK ("user_type" IN ('customer', 'restaurant', 'delivery', 'admin')),
    CONSTRAINT "action_logs_identity_check" CHECK ("identity" IN ('token', 'service', 'anonymous'))
) PARTITION BY RANGE ("id");

CREATE TABLE "action_logs_default" PARTITION OF "action_logs" DEFAULT;

-- One user's last 100 actions: a merge over the days' indexes that stops at the hundredth row instead of reading the user's history.
CREATE INDEX "action_logs_user_id_id_idx" ON "action_logs" ("user_id", "id" DESC);

CREATE TABLE "business_events" (
    "id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "event_data" JSONB NOT NULL,
    "triggered_by" TEXT NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,    -- the id's time
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" INET,
    "identity" TEXT NOT NULL,

    -- Idempotency and order. No index by entity: nothing asks for one entity's events yet.
    CONSTRAINT "business_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "business_events_identity_check" CHECK ("identity" IN ('token', 'service', 'anonymous'))
) PARTITION BY RANGE ("id");

CREATE TABLE "business_events_default" PARTITION OF "business_events" DEFAULT;

CREATE TABLE "service_metrics" (
    "id" UUID NOT NULL,
    "service_name" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "execution_time" DOUBLE PRECISION NOT NULL,    -- ms
    "success" BOOLEAN NOT NULL,
    "timestamp" TIMESTAMPTZ(3) NOT NULL,           -- the id's time

    -- Idempotency, and the id range of the analytics window, which reads every row of it and so gains nothing from a second index.
    CONSTRAINT "service_metrics_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

CREATE TABLE "service_metrics_default" PARTITION OF "service_metrics" DEFAULT;

CREATE TABLE "accounts" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "password_changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" TIMESTAMPTZ(3),

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "accounts_email_check" CHECK ("email" = lower("email")),
    CONSTRAINT "accounts_role_check" CHECK ("role" IN ('customer', 'restaurant', 'delivery', 'admin')),
    CONSTRAINT "accounts_status_check" CHECK ("status" IN ('active', 'suspended'))
);

-- Login looks an account up by its email; and one email is one account.
CREATE UNIQUE INDEX "accounts_email_key" ON "accounts" ("email");

CREATE TABLE "refresh_tokens" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "family_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,            -- SHA-256
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "refresh_tokens_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id")
        ON DELETE CASCADE ON UPDATE CASCADE
);

-- A refresh finds its token by hash.
CREATE UNIQUE INDEX "refresh_tokens_token_hash_key" ON "refresh_tokens" ("token_hash");
-- Reuse and logout revoke a family.
CREATE INDEX "refresh_tokens_family_id_idx" ON "refresh_tokens" ("family_id");
-- A suspension or a new password revokes all of an account; without it the cascade would read the whole table.
CREATE INDEX "refresh_tokens_account_id_idx" ON "refresh_tokens" ("account_id");

CREATE TABLE "api_keys" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    -- SHA-256 of 256 random bits. A slow hash protects guessable passwords; here it would only slow every request down.
    "key_hash" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "accounts" ("id")
        ON DELETE SET NULL ON UPDATE CASCADE
);

-- Every request of a service finds its key by hash. (No index on created_by: keys are tens, accounts are suspended, not deleted.)
CREATE UNIQUE INDEX "api_keys_key_hash_key" ON "api_keys" ("key_hash");
