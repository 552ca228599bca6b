import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repositoryRoot, runFolder } from '@trading/testing';

const realProgram = createRequire(join(repositoryRoot(), 'package.json')).resolve('prisma/build/index.js');

/** The program of Prisma 7.10 under the name and version of another package. */
function prismaCalled(name: string, version: string): string {
  const folder = join(mkdtempSync(join(runFolder(), 'prisma-')), 'node_modules', name);
  mkdirSync(join(folder, 'build'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(join(folder, 'build/index.js'), `require(${JSON.stringify(realProgram)})`);
  return join(folder, 'build/index.js');
}

/** A folder with what git has of this repository and Prisma needs, and nothing installed. */
function bareCheckout(): string {
  const root = mkdtempSync(join(runFolder(), 'bare-'));
  for (const path of ['prisma', 'prisma.config.ts', 'scripts'])
    cpSync(join(repositoryRoot(), path), join(root, path), { recursive: true });
  return root;
}

const validate = (program: string, cwd: string) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [program, 'validate'], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

describe('prisma.config.ts', () => {
  test.each([repositoryRoot, bareCheckout])(
    'stops Prisma 8 with what to run instead (%#)',
    async (folder) => {
      const { code, stderr } = await validate(prismaCalled('prisma', '8.0.0-rc.1'), folder());

      expect(code).toBe(1);
      expect(stderr).toContain(
        'This project works with Prisma 7.10, and the command that runs is Prisma 8.0.0-rc.1. Run `npm run setup`, then `npx --no prisma ...`',
      );
    },
  );

  test('asks for the set-up where nothing is installed', async () => {
    const { code, stderr } = await validate(prismaCalled('prisma', '7.10.1'), bareCheckout());

    expect(code).toBe(1);
    expect(stderr).toContain('The packages are not installed yet: run `npm run setup` first.');
  });

  test.each([
    ['prisma', '7.11.0'],
    ['@prisma/prisma7', '7.10.1'],
  ])('lets %s %s work', async (name, version) => {
    const { code, stdout } = await validate(prismaCalled(name, version), repositoryRoot());

    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('are valid') });
  });
});
