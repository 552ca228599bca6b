import { userInfo } from 'node:os';
import { Option } from 'commander';

/** What {@link byOption} gives a command. */
export interface ByOption {
  by?: string;
}

/** `--by`: who asks for something that is kept with a name; read it with {@link byOf}. */
export function byOption(): Option {
  return new Option('--by <name>', 'who says so; it is kept (default: the user who runs it)');
}

/** The name given, or else that of the user who runs the command. */
export function byOf({ by }: ByOption): string {
  return by ?? userName();
}

/** Only its number where the system knows no name of it, as in a container that runs as any user. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
