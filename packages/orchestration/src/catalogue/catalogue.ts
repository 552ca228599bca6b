import type { CatalogueFlow } from './catalogueFlow';
import type { OpenFlowServices } from './flowServices';
import { marketDataFlows } from './marketDataFlows';
import { oversightFlows } from './oversightFlows';
import { reportingFlows } from './reportingFlows';
import { tradingFlows } from './tradingFlows';

/** Every flow of the trading system. Nothing is opened before one of them runs. */
export function createCatalogue(open: OpenFlowServices): CatalogueFlow[] {
  return [marketDataFlows, tradingFlows, reportingFlows, oversightFlows].flatMap((group) => group(open));
}
