-- The accounts whose orders a remote broker works: no paper broker fills those, in whichever process it runs.
CREATE TABLE "execution"."broker_accounts" (
    "account_id" VARCHAR(50) NOT NULL,
    "broker" VARCHAR(50) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "broker_accounts_pkey" PRIMARY KEY ("account_id")
);
REVOKE UPDATE ON execution.broker_accounts FROM trading_execution;

-- Every name under which a broker reported a booked execution. Its stream and its history may name one differently: each
-- of them names an execution once, so one with two names is booked once, and two that look alike are booked twice.
CREATE TABLE "execution"."execution_names" (
    "account_id" VARCHAR(50) NOT NULL,
    "source" VARCHAR(10) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "execution_id" VARCHAR(100) NOT NULL,

    CONSTRAINT "execution_names_pkey" PRIMARY KEY ("account_id", "source", "name"),
    CONSTRAINT "execution_names_account_id_source_execution_id_key" UNIQUE ("account_id", "source", "execution_id"),
    CONSTRAINT "valid_source" CHECK ("source" IN ('stream', 'history')),
    CONSTRAINT "execution_names_account_id_execution_id_fkey" FOREIGN KEY ("account_id", "execution_id")
      REFERENCES "execution"."trades" ("account_id", "execution_id") ON DELETE RESTRICT ON UPDATE RESTRICT
);
REVOKE UPDATE, DELETE ON execution.execution_names FROM trading_execution;
