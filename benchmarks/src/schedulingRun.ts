import { createPrefectClient, type PrefectConnection, runAsChild } from '@trading/orchestration';
import { EMPTY_FLOW } from './schedulingFlow';

// The process of one run of the benchmark `scheduling`; its worker says which, and where Prefect is.
const [flowRunId = '', worker = ''] = process.argv.slice(2);
const connection = JSON.parse(process.env.TRADING_BENCH_PREFECT ?? '{}') as PrefectConnection;
void runAsChild({ client: createPrefectClient(connection), flows: [EMPTY_FLOW], flowRunId, worker });
