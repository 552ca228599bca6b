import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findPython } from './findPython';

function folderWith(programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'python-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

describe('looking for Python', () => {
  it('takes the first interpreter that is of use', async () => {
    const folder = folderWith({ python3: 'echo 3.14', 'python3.12': 'echo 3.12', uv: '' });

    expect(await findPython(folder, {})).toEqual({
      kind: 'python',
      program: join(folder, 'python3.12'),
      version: '3.12',
    });
  });

  it('takes uv where no interpreter brings what it needs', async () => {
    const folder = folderWith({ python3: 'exit 1', uv: '' });

    expect(await findPython(folder, {})).toEqual({ kind: 'uv', program: join(folder, 'uv') });
  });

  it('says what to install where there is neither, and what was found', async () => {
    const folder = folderWith({ python3: 'exit 1', python: 'echo 3.8' });

    await expect(findPython(folder, {})).rejects.toMatchObject({
      code: 'PREFECT.NO_PYTHON',
      message: expect.stringMatching(
        /Python 3\.9 to 3\.13 with venv and pip, or uv, or a Docker that runs.*lacks venv or pip.*is 3\.8/,
      ),
    });
  });
});
