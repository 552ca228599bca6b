-- Trigger function: sets updated_at on each update, whoever makes it.
-- Called by: the set_updated_at triggers of every schema.
-- CREATE OR REPLACE, here and in every other file: `prisma migrate reset` empties only the schemas of base.prisma, so
-- the functions of schema public are still there afterwards.
CREATE OR REPLACE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.set_updated_at IS 'Trigger: sets updated_at to the time of the transaction on each update.';
