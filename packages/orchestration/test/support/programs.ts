import { join } from 'node:path';
import { repositoryRoot } from '@trading/testing';
import type { PrefectConnection } from '../../src/index';

/** What the tests' programs are told, as JSON in one environment variable. */
export interface ProgramInput {
  readonly prefect: PrefectConnection;
  /** As the role `trading_logging`. */
  readonly loggingUrl: string;
  readonly pool: string;
  readonly limit?: number;
  /** 30 unless told: on a busy machine a worker may be late by seconds without being dead. */
  readonly heartbeatSeconds?: number;
  /** Of the run that a child is for. */
  readonly flowRunId?: string;
  readonly worker?: string;
}

/** The variable that holds it. */
export const INPUT = 'TRADING_TEST_INPUT';

/** How to start one of the tests' programs with this input. */
export function programCommand(name: 'childProgram' | 'workerProgram', input: ProgramInput) {
  return {
    program: process.execPath,
    args: [
      '--conditions=@trading/source',
      '-r',
      join(repositoryRoot(), 'packages/testing/jest/typescriptProgram.cjs'),
      join(__dirname, `${name}.ts`),
    ],
    env: { PATH: process.env.PATH, [INPUT]: JSON.stringify(input) },
  };
}

/** Reads the input of this program. */
export function programInput(): ProgramInput {
  return JSON.parse(process.env[INPUT] ?? '{}') as ProgramInput;
}
