import { TradingError } from '@trading/model';
import { movingAverageCrossover } from './movingAverageCrossover';
import type { Close, RuleParameters, SignalRule, Verdict } from './signalRule';

/** A rule with the parameters that it has already read. */
export interface ReadyRule {
  readonly parameters: RuleParameters;
  readonly closesNeeded: number;
  evaluate(closes: readonly Close[]): Verdict;
}

/** Ties a rule to the parameters that it parsed, so that no caller can mix two rules' parameters. */
function ready<Parameters extends RuleParameters>(rule: SignalRule<Parameters>) {
  return {
    kind: rule.kind,
    prepare(input: unknown): ReadyRule {
      const parameters = rule.parse(input);
      return {
        parameters,
        closesNeeded: rule.closesNeeded(parameters),
        evaluate: (closes) => rule.evaluate(parameters, closes),
      };
    },
  };
}

/** Every rule that a strategy may name as its kind. */
const RULES = [ready(movingAverageCrossover)];

/** The kinds that `prepareRule` knows. */
export const RULE_KINDS: readonly string[] = RULES.map((rule) => rule.kind);

/**
 * Chooses the rule that `parameters.kind` names and gives it its parameters.
 *
 * @throws TradingError `STRATEGY.UNKNOWN_KIND`, `STRATEGY.INVALID_PARAMETERS`
 */
export function prepareRule(parameters: unknown): ReadyRule {
  const kind =
    typeof parameters === 'object' && parameters !== null && 'kind' in parameters
      ? parameters.kind
      : undefined;
  const rule = RULES.find((candidate) => candidate.kind === kind);
  if (rule === undefined) {
    throw new TradingError(
      'STRATEGY.UNKNOWN_KIND',
      `kind is ${JSON.stringify(kind)}; it must be one of ${RULE_KINDS.join(', ')}`,
      { details: { field: 'kind', value: kind ?? null, known: RULE_KINDS } },
    );
  }
  return rule.prepare(parameters);
}
