export { createStrategyClient, type StrategyClient } from './client';
