import { flow } from '@trading/orchestration';
import { z } from 'zod';

/** Does nothing: what its run costs is the orchestration's. */
export const EMPTY_FLOW = flow('empty', async () => null, { parameters: z.looseObject({}) });
