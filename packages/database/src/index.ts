export {
  OWNER_ROLE,
  PREFECT_DATABASE,
  PREFECT_ROLE,
  SERVICE_NAMES,
  SERVICES,
  type ServiceName,
  TRADING_DATABASE,
} from './services';
