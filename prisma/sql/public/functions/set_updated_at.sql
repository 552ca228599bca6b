-- updated_at follows every change, whoever makes it.
-- OR REPLACE, here and below: `prisma migrate reset` empties the schemas of base.prisma only, so that these two stay.
CREATE OR REPLACE FUNCTION public.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
