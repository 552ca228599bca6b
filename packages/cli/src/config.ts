import { PRESETS } from '@trading/ingestion';
import { EVENTS, type EventDefinition, registerEvents } from '@trading/model';
import { BUILT_IN_STRATEGIES } from '@trading/strategy';
import { combineConfigs, defineConfig, loadConfig, type TradingConfig } from '@trading/system';
import { channelsOf } from './channelsOf';
import type { Environment } from './environment';

/** All that this program knows of: what comes with it, and what the config of this installation adds. */
export type Installation = Required<TradingConfig>;

/** What comes with the system, as a config like any other. */
function builtIn(environment: Environment): TradingConfig {
  return defineConfig({
    strategies: BUILT_IN_STRATEGIES,
    channels: channelsOf(environment),
    presets: PRESETS,
    events: EVENTS as unknown as Readonly<Record<string, EventDefinition>>,
  });
}

/**
 * Joins what comes with the system and what a config adds.
 *
 * @throws TradingError `CONFIG.*`, `EVENTS.*`, `CLI.INVALID_ENVIRONMENT`
 */
export async function loadInstallation(
  environment: Environment,
  configPath: string | undefined,
): Promise<Installation> {
  const added = configPath === undefined ? [] : [await loadConfig(configPath)];
  const installation = combineConfigs([{ origin: 'built in', config: builtIn(environment) }, ...added]);
  // The catalogue passes over what it has already.
  registerEvents(installation.events as Parameters<typeof registerEvents>[0]);
  return installation;
}
