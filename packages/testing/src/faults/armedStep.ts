/** What the harness tells a program: end yourself when you reach `step` for the `nth` time from now on, or never mind. */
export interface Arming {
  readonly arm: { readonly step: string; readonly nth: number } | null;
}

/** In a program that a harness runs: call the result at each labelled step. It ends the process with SIGKILL where the harness said so. */
export function listenForArming(): (step: string) => void {
  let armed: { step: string; nth: number } | null = null;
  process.on('message', (message: Partial<Arming>) => {
    if (message.arm !== undefined) armed = message.arm === null ? null : { ...message.arm };
  });
  // A harness that is gone leaves no programs behind.
  process.on('disconnect', () => process.exit(0));
  return (step) => {
    if (armed?.step !== step) return;
    armed.nth -= 1;
    if (armed.nth <= 0) process.kill(process.pid, 'SIGKILL');
  };
}
