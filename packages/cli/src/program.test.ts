import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from './program';

/** Those that hand over to another program, or run until they are stopped. */
const NO_REPORT = ['migrate', 'studio', 'run', 'prefect execute'];

/** Every command that does something, with its whole name. */
function commandsOf(command: Command, name = ''): [name: string, command: Command][] {
  return command.commands.length === 0
    ? [[name, command]]
    : command.commands.flatMap((sub) => commandsOf(sub, `${name} ${sub.name()}`.trim()));
}

const commands = commandsOf(createProgram());

describe('every command', () => {
  it.each(commands)('%s says what it is for, and each of its arguments and options', (_name, command) => {
    expect(`${command.summary()}${command.description()}`).not.toBe('');
    for (const { description } of command.options) expect(description).not.toBe('');
  });

  it.each(commands.filter(([name]) => !NO_REPORT.includes(name)))('%s has --json', (_name, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
  });
});
