import type { Command } from 'commander';
import { onAction, withJson } from '../../command';
import { prefectClient } from './prefectConnection';

const LEVELS: Readonly<Record<number, string>> = { 10: 'debug', 20: 'info', 30: 'warning', 40: 'error' };
const PAGE = 200;

/** `trading prefect logs`: what a run said. */
export function registerLogs(prefect: Command): void {
  const command = prefect
    .command('logs')
    .summary('show what a run logged and through which states it went')
    .argument('<flow-run-id>', 'as `trading prefect run` prints it');
  onAction(withJson(command), async (context, _options, [flowRunId = '']) => {
    const client = await prefectClient(context);
    const states = await client.flowRuns.states(flowRunId);
    const lines = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await client.logs.list({ flowRunId, offset, limit: PAGE });
      lines.push(...page);
      if (page.length < PAGE) break;
    }
    const result = {
      flowRunId,
      states: states.map(({ name, timestamp, message }) => ({ name, timestamp, message })),
      lines: lines.map(({ timestamp, level, name, message }) => ({ timestamp, level, name, message })),
    };
    context.output.result(result, () =>
      [
        ...result.states.map(({ timestamp, name, message }) =>
          `${timestamp} ${name} ${message ?? ''}`.trimEnd(),
        ),
        '',
        ...result.lines.map(
          ({ timestamp, level, name, message }) =>
            `${timestamp} ${LEVELS[level] ?? level} ${name}: ${message}`,
        ),
      ].join('\n'),
    );
    return undefined;
  });
}
