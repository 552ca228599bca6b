/** What a state means at a glance. */
const TONES: Readonly<Record<string, string>> = {
  filled: 'good',
  active: 'good',
  pass: 'good',
  completed: 'good',
  buy: 'good',
  running: 'good',
  submitted: 'plain',
  pending: 'plain',
  partially_filled: 'plain',
  rejected: 'bad',
  failed: 'bad',
  fail: 'bad',
  critical: 'bad',
  sell: 'bad',
  halt: 'bad',
  stopped: 'bad',
  warning: 'care',
  paused: 'care',
  reduce_only: 'care',
  interrupted: 'care',
};

/** A state in a word, `partially_filled` as 'partially filled'. */
export function Tag({ of }: { readonly of: string }) {
  return <span class={`tag ${TONES[of] ?? ''}`}>{of.replaceAll('_', ' ')}</span>;
}
