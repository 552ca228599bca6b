import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '@trading/testing';
import { run } from '../peers';

/** The queues that ours is held against, and a Node that all of them run on. */
const PACKAGES = {
  bullmq: '6.7.0',
  'graphile-worker': '0.18.0',
  ioredis: '6.0.0',
  node: '22.23.3',
  'pg-boss': '12.35.0',
};

/** Where the peers are, and what they run on. */
export interface PeerPackages {
  readonly folder: string;
  readonly node: string;
}

/**
 * Installs the peers apart from the project, which nobody but this benchmark wants: once, under `.trading/`.
 *
 * @returns undefined where they can't be installed, after saying why
 */
export async function installPeers(progress: (message: string) => void): Promise<PeerPackages | undefined> {
  const folder = join(repositoryRoot(), '.trading', 'bench-peers', Object.values(PACKAGES).join('-'));
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  const installed = join(folder, 'installed');
  if (existsSync(installed)) return { folder, node };
  progress(`installing ${Object.keys(PACKAGES).join(', ')} under .trading (once)`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  try {
    await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund']);
  } catch (error) {
    progress(`the peers are left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  await writeFile(installed, '');
  return { folder, node };
}
