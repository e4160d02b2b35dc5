/** What figures of one sample become where cancer is more or less frequent, if positives and negatives look alike there (label shift). */
import { checkOption } from './check-inputs.ts'

/** Positive and negative predictive value. */
export interface PredictiveValues {
  /** Share of the calls that are right; NaN where nothing is called. */
  readonly ppv: number
  /** Share of the cleared that are negative; NaN where everything is called. */
  readonly npv: number
}

/**
 * Predictive values at another prevalence, by Bayes' theorem.
 *
 * @throws MetricError `bad-option`
 * @example
 * predictiveValuesAt({ sensitivity: 0.9, specificity: 0.9 }, 0.01).ppv // 0.083
 */
export function predictiveValuesAt(
  { sensitivity, specificity }: { readonly sensitivity: number; readonly specificity: number },
  prevalence: number,
): PredictiveValues {
  checkOption('sensitivity', sensitivity, 0, 1)
  checkOption('specificity', specificity, 0, 1)
  checkOption('prevalence', prevalence, 0, 1)
  const [found, missed] = [prevalence * sensitivity, prevalence * (1 - sensitivity)]
  const [alarms, cleared] = [(1 - prevalence) * (1 - specificity), (1 - prevalence) * specificity]
  return { ppv: found / (found + alarms), npv: cleared / (cleared + missed) }
}

/**
 * The log-odds of a calibrated probability where the prevalence is another: moved by the difference of the prevalences' log-odds.
 *
 * Reference: Saerens et al., "Adjusting the outputs of a classifier to new a priori probabilities", Neural Computation 14, 2002, eq. 2.4.
 *
 * @throws MetricError `bad-option` for a prevalence of 0 or 1
 * @example
 * shiftPrevalence(0, 0.5, 0.01) // -4.595
 */
export function shiftPrevalence(logOdds: number, from: number, to: number): number {
  return logOdds + logOddsOf('to', to) - logOddsOf('from', from)
}

function logOddsOf(name: string, prevalence: number): number {
  checkOption(name, prevalence, Number.EPSILON, 1 - Number.EPSILON)
  return Math.log(prevalence / (1 - prevalence))
}
