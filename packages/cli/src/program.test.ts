import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { createProgram } from './program';

/** Those that hand over to another program, or run until they are stopped. */
const NO_REPORT = ['migrate', 'studio', 'run', 'prefect execute', 'dashboard', 'bench'];

/** Every command that does something, with its whole name. */
function commandsOf(command: Command, name = ''): [name: string, command: Command][] {
  return command.commands.length === 0
    ? [[name, command]]
    : command.commands.flatMap((sub) => commandsOf(sub, `${name} ${sub.name()}`.trim()));
}

describe('the program', () => {
  it('has commands that say what they are for, and each of their arguments and options', async () => {
    const silent = commandsOf(await createProgram()).filter(([, command]) =>
      [
        `${command.summary()}${command.description()}`,
        ...command.options.map((it) => it.description),
      ].includes(''),
    );
    expect(silent).toEqual([]);
  });

  it('has commands that report with --json', async () => {
    const commands = commandsOf(await createProgram());
    const without = commands.filter(([, { options }]) => !options.some(({ long }) => long === '--json'));
    expect(without.map(([name]) => name)).toEqual(NO_REPORT);
  });

  it('loads the one command that is called, and all of them for any other word', async () => {
    const namesOf = ({ commands }: Command) => commands.map((command) => command.name());
    const all = namesOf(await createProgram());
    expect(all).toContain('up');
    for (const name of all) expect(namesOf(await createProgram(name))).toEqual([name]);
    for (const other of ['--help', 'nonsense', 'constructor']) {
      expect(namesOf(await createProgram(other))).toEqual(all);
    }
  });
});
