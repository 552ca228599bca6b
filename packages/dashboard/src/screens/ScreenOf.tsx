import { Nothing } from '../components/states';
import { place } from '../navigation/route';
import { BacktestScreen } from './backtest/BacktestScreen';
import { EventsScreen } from './events/EventsScreen';
import { MarketDataScreen } from './marketData/MarketDataScreen';
import { OrdersScreen } from './orders/OrdersScreen';
import { OverviewScreen } from './overview/OverviewScreen';
import { PositionsScreen } from './positions/PositionsScreen';
import { RiskScreen } from './risk/RiskScreen';
import { StrategiesScreen } from './strategies/StrategiesScreen';
import { SystemScreen } from './system/SystemScreen';

/** The screen that the address names. */
export function ScreenOf() {
  const [first = '', ...rest] = place.value.path;
  switch (first) {
    case '':
      return <OverviewScreen />;
    case 'orders':
      return <OrdersScreen orderId={rest[0]} />;
    case 'positions':
      return <PositionsScreen accountId={rest[0]} symbol={rest[1]} />;
    case 'risk':
      return <RiskScreen />;
    case 'strategies':
      return <StrategiesScreen strategyId={rest[0]} />;
    case 'backtest':
      return <BacktestScreen backtestId={rest[0]} />;
    case 'market-data':
      return <MarketDataScreen symbol={rest[0]} dataSource={rest[1]} />;
    case 'events':
      return <EventsScreen correlationId={rest[0]} />;
    case 'system':
      return <SystemScreen />;
    default:
      return (
        <Nothing title="There is no such page">
          <a class="button" href="#/">
            Go to the overview
          </a>
        </Nothing>
      );
  }
}
