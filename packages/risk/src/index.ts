export { createRiskClient, type RiskClient } from './client';
