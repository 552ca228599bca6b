import { randomUUID } from 'node:crypto';
import type { SetStateResult, State, StateCreate } from './apiTypes';
import { StateRefusedError } from './prefectError';
import type { Transport } from './transport';

/** How a transition is asked for. */
export interface SetStateOptions {
  /** Leaves the server's rules out: for a cleaner that knows better, never for a run's own states. */
  readonly force?: boolean | undefined;
}

/** The message of the rule that recognises a transition which was made already. */
const ALREADY_MADE = /already made this state transition/;

/**
 * Asks for a transition. It carries an id, so that a repeat after a lost answer is recognised and not made twice.
 *
 * @returns the state that was set, which may be another than proposed where a rule rewrote it
 * @throws StateRefusedError (`PREFECT.STATE_REFUSED`) with the server's reason
 */
export async function setState(
  transport: Transport,
  run: string,
  state: StateCreate,
  call: (state: StateCreate) => Promise<{ data?: SetStateResult; error?: unknown; response: Response }>,
): Promise<State> {
  const transitionId = randomUUID();
  const proposed: StateCreate = {
    ...state,
    state_details: { ...state.state_details, transition_id: transitionId },
  };
  const result = await transport.safe(`setting ${run} to ${state.name ?? state.type}`, () => call(proposed));
  const made = result.status === 'ACCEPT' || isOwnRepeat(result, transitionId);
  if (made && result.state !== null) return result.state;
  throw new StateRefusedError(run, state.name ?? state.type, result);
}

function isOwnRepeat(result: SetStateResult, transitionId: string): boolean {
  const { details, state } = result;
  return (
    'reason' in details &&
    ALREADY_MADE.test(details.reason ?? '') &&
    state?.state_details?.transition_id === transitionId
  );
}
