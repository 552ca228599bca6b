import {
  createIngestionService,
  type Quality,
  type QualityFinding,
  type QualityReportRow,
} from '@trading/ingestion';
import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import type { CommandContext } from '../context';
import { EXIT } from '../exitCode';
import { textTable } from '../output';
import { tradingDayEnd, tradingDayStart } from './moment';
import { openServicePool } from './openServicePool';

interface CheckOptions {
  source: string;
  from?: Date;
  to?: Date;
  compareWith?: string;
}

/** How many findings are shown one by one. */
const SHOWN_FINDINGS = 50;

/** `trading quality`: are the stored bars fit to trade on? */
export function registerQuality(program: Command): void {
  const quality = program.command('quality').summary('check stored bars, and report what was found');
  registerCheck(quality);
  registerReport(quality);
}

function registerCheck(quality: Command): void {
  const command = quality
    .command('check')
    .summary('hold a series to the exchange calendar, to itself and to another one')
    .description(
      'Looks for missing sessions, bars outside of sessions, outliers, splits that were not applied, frozen prices and ' +
        'series that have gone stale. Findings are kept in data_quality_logs; what fails is published. Exits 1 where ' +
        'something fails.',
    )
    .argument('<symbol>', 'whose bars')
    .option('--source <series>', 'of which series', 'yahoo')
    .option('--from <time>', 'from then on; a date is that day in New York', tradingDayStart)
    .option('--to <time>', 'until then; a date includes that day', tradingDayEnd)
    .option('--compare-with <series>', "another provider's series of the same bars");
  onAction<CheckOptions>(withJson(command), (context, { source, ...options }, [symbol = '']) =>
    withQuality(context, async (checks) => {
      const findings = await checks.check({ symbol, dataSource: source, ...options });
      context.output.result({ findings }, () => findingsText(findings));
      return findings.some(({ status }) => status === 'fail');
    }),
  );
}

function registerReport(quality: Command): void {
  const command = quality
    .command('report')
    .summary('what the last run of every check found')
    .description(
      'Reports on every series that was checked or had rows rejected. Exits 1 where a check failed.',
    )
    .argument('[symbol]', 'of one symbol only');
  onAction(withJson(command), (context, _options, [symbol]) =>
    withQuality(context, async (checks) => {
      const report = await checks.report(symbol);
      context.output.result({ report }, () => reportText(report));
      return report.some(({ failed }) => failed > 0);
    }),
  );
}

async function withQuality(
  context: CommandContext,
  work: (quality: Quality) => Promise<boolean>,
): Promise<number> {
  await using pool = await openServicePool(context, 'ingestion');
  return (await work(createIngestionService({ pool }).quality)) ? EXIT.problem : EXIT.ok;
}

function findingsText(findings: readonly QualityFinding[]): string {
  const shown = findings.slice(0, SHOWN_FINDINGS);
  const rest = findings.length - shown.length;
  return [
    textTable(
      ['check', 'status', 'bar', 'finding'],
      shown.map(({ check, status, timestamp, message }) => [
        check,
        status,
        timestamp?.toISOString() ?? '',
        message,
      ]),
    ),
    ...(rest > 0 ? [`… and ${rest} more in data_ingestion.data_quality_logs`] : []),
  ].join('\n');
}

function reportText(report: readonly QualityReportRow[]): string {
  if (report.length === 0) return 'Nothing was checked yet. Run: npx trading quality check SYMBOL';
  return textTable(
    ['symbol', 'series', 'check', 'failed', 'warnings', 'last run', 'worst finding'],
    report.map(({ symbol, dataSource, checkType, failed, warnings, lastAt, worst }) => [
      symbol,
      dataSource,
      checkType,
      String(failed),
      String(warnings),
      lastAt.toISOString(),
      worst,
    ]),
  );
}
