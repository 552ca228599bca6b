export { createIngestionClient, type IngestionClient } from './client';
