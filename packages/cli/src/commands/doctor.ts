import type { Command } from 'commander';
import { onAction, withJson } from '../command';
import { EXIT } from '../exitCode';
import { style } from '../terminal';

/** `trading doctor`: all that could be wrong. */
export function registerDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('look for all that could be wrong, with what to do about it')
    .description(
      'Checks machine, files, servers, connection budget, roles and migrations. Exits 1 where something is wrong.',
    );
  onAction(
    withJson(command),
    async ({ runtime, output }) => {
      const findings = await runtime.doctor();
      output.result(findings, () =>
        findings.checks
          .map(({ name, ok, detail, fix }) =>
            [
              `${ok ? style.green('ok   ') : style.red('wrong')} ${name}: ${detail}`,
              ...(fix === undefined ? [] : [`      ${fix}`]),
            ].join('\n'),
          )
          .join('\n'),
      );
      return findings.healthy ? EXIT.ok : EXIT.problem;
    },
    { needsConfig: false },
  );
}
