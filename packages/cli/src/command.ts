import type { Command } from 'commander';
import { type CommandContext, createContext } from './context';
import { parseEnvironment } from './environment';
import { EXIT, exitCodeOf } from './exitCode';
import { createOutput } from './output';

/** What a command does; returns its exit code where that isn't 0. */
export type Action<Options> = (
  context: CommandContext,
  options: Options,
  args: readonly string[],
) => Promise<number | undefined>;

/**
 * Attaches an action: errors are reported and become exit codes, the first Ctrl-C stops at the next safe point and
 * the second at once. A config with a mistake in it stops a command, unless it says that it needs none.
 */
export function onAction<Options extends object>(
  command: Command,
  action: Action<Options>,
  { needsConfig = true }: { readonly needsConfig?: boolean } = {},
): Command {
  return command.action(async (...parameters: unknown[]) => {
    const options = command.optsWithGlobals<Options & { json?: boolean; config?: string }>();
    const interruption = new AbortController();
    const interrupt = () => {
      if (interruption.signal.aborted) process.exit(EXIT.interrupted);
      process.stderr.write('\nStopping at the next safe point; Ctrl-C again stops at once.\n');
      interruption.abort();
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    try {
      const context = createContext(parseEnvironment(process.env), options, interruption.signal);
      if (needsConfig && context.configPath !== undefined) await context.installation();
      // commander hands over the arguments, then the options and the command itself.
      const args = parameters.slice(0, -2).flat() as string[];
      process.exitCode = (await action(context, options, args)) ?? EXIT.ok;
    } catch (error) {
      createOutput({ json: options.json === true, debug: process.env.TRADING_DEBUG !== undefined }).error(
        error,
      );
      process.exitCode = interruption.signal.aborted ? EXIT.interrupted : exitCodeOf(error);
    } finally {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    }
  });
}

/** Every command that reports has it. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON object on stdout, and nothing else there');
}
