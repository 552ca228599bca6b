import { createPrefectClient, runAsChild } from '../../src/index';
import { programInput } from './programs';
import { testFlows } from './testFlows';

const { prefect, loggingUrl, flowRunId = '', worker = '' } = programInput();
void runAsChild({ client: createPrefectClient(prefect), flows: testFlows(loggingUrl), flowRunId, worker });
