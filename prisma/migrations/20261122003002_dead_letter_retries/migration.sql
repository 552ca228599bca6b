-- AlterTable
ALTER TABLE "event_bus"."dead_letters" ADD COLUMN     "retry_requested_at" TIMESTAMPTZ(6);
