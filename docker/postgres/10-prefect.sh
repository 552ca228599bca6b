#!/bin/sh
# Run by the postgres image once, when it makes its data directory: Prefect's server starts before anyone has run
# `trading up`, so its role and database must be there. `trading up` finds them and leaves the password as it is.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\getenv password PREFECT_DB_PASSWORD
CREATE ROLE prefect LOGIN PASSWORD :'password';
CREATE DATABASE prefect OWNER prefect TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE prefect FROM PUBLIC;
SQL
