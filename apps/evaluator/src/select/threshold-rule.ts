import { CommandLineError } from '@mammokit/command-line'
import type { ThresholdRule } from '@mammokit/pf1-metric'
import type { z } from 'zod'
import type { selectSchema } from '../config.ts'

type RuleConfig = Pick<z.output<typeof selectSchema>, 'rule' | 'at' | 'gridStep'>

/** The rule that the flags name. @throws CommandLineError `invalid-value` for a rule without its number, or a number without its rule. */
export function thresholdRuleOf({ rule, at, gridStep }: RuleConfig): ThresholdRule {
  if (gridStep !== undefined && rule !== 'reference') {
    throw invalid(`Expected --rule reference for --grid-step but received ${rule}. Only the reference tries a grid.`)
  }
  if (rule === 'f1' || rule === 'reference') {
    if (at !== undefined) throw invalid(`Expected no --at for --rule ${rule} but received ${at}. Leave it out.`)
    return rule === 'f1' ? { rule } : { rule, ...(gridStep !== undefined && { gridStep }) }
  }
  if (at === undefined) {
    throw invalid(
      `Expected a number for --at with --rule ${rule} but received nothing. Give one, for example --at 0.9.`,
    )
  }
  if (rule !== 'utility' && at > 1) {
    throw invalid(`Expected a number from 0 to 1 for --at with --rule ${rule} but received ${at}. Give a share.`)
  }
  return { rule, at }
}

function invalid(message: string): CommandLineError {
  return new CommandLineError('invalid-value', message)
}
