import type { FilePreset } from '@trading/ingestion';
import { type EventDefinition, TradingError } from '@trading/model';
import type { NotificationChannel } from '@trading/notification';
import type { StrategyKind } from '@trading/strategy';

/** What an installation adds to what comes with the system. Every field may be left out. */
export interface TradingConfig {
  /** Kinds of strategies, made by `defineStrategy`. */
  readonly strategies?: readonly StrategyKind[];
  /** Ways to reach people, by the name that alerts give. */
  readonly channels?: Readonly<Record<string, NotificationChannel>>;
  /** Forms of files; they are tried before those that are built in. */
  readonly presets?: readonly FilePreset[];
  /** Event types, by name, made by `defineEvent`. */
  readonly events?: Readonly<Record<string, EventDefinition>>;
}

/** The fields of a config. */
export const CONFIG_FIELDS = ['strategies', 'channels', 'presets', 'events'] as const;

/** Types a config where it is written: `export default defineConfig({ strategies: [mine] })` in `trading.config.ts`. */
export function defineConfig(config: TradingConfig): TradingConfig {
  return config;
}

/** A config, and where it is from: `built in`, or a path. */
export interface ConfigSource {
  readonly origin: string;
  readonly config: TradingConfig;
}

/**
 * Joins configs; what comes later comes first where order matters.
 *
 * @throws TradingError `CONFIG.DUPLICATE_NAME` naming the field, the name and both origins
 */
export function combineConfigs(sources: readonly ConfigSource[]): Required<TradingConfig> {
  return {
    strategies: listed(sources, 'strategies', ({ kind }) => kind),
    presets: listed(sources, 'presets', ({ name }) => name).reverse(),
    channels: named(sources, 'channels'),
    events: named(sources, 'events'),
  };
}

function listed<Field extends 'strategies' | 'presets'>(
  sources: readonly ConfigSource[],
  field: Field,
  nameOf: (item: Required<TradingConfig>[Field][number]) => string,
): Required<TradingConfig>[Field][number][] {
  const first = new Map<string, string>();
  return sources.flatMap(({ origin, config }) => {
    const items: readonly Required<TradingConfig>[Field][number][] = config[field] ?? [];
    for (const item of items) claim(first, field, nameOf(item), origin);
    // Their order within a config stays when the whole list is turned round.
    return field === 'presets' ? [...items].reverse() : [...items];
  });
}

function named<Field extends 'channels' | 'events'>(
  sources: readonly ConfigSource[],
  field: Field,
): Required<TradingConfig>[Field] {
  const first = new Map<string, string>();
  for (const { origin, config } of sources)
    for (const name of Object.keys(config[field] ?? {})) claim(first, field, name, origin);
  return Object.assign({}, ...sources.map(({ config }) => config[field] ?? {}));
}

function claim(first: Map<string, string>, field: string, name: string, origin: string): void {
  const before = first.get(name);
  if (before === undefined) {
    first.set(name, origin);
    return;
  }
  throw new TradingError(
    'CONFIG.DUPLICATE_NAME',
    `${origin}: ${field}: '${name}' is there twice: ${before === origin ? 'both here' : `the other one is ${before}`}; give one of them another name`,
    { details: { field, name, origins: [before, origin] } },
  );
}
