/** How long a run still takes after the stage that is running: the epochs to come, each with its validation. */

export interface RunPlan {
  readonly epochs: number
  readonly stepsPerEpoch: number
  readonly validationBatches: number
}

/** Seconds after a stage of an epoch (counted from 1), given the stage's seconds per batch. */
export interface TimeLeft {
  afterTraining(epoch: number): (secondsPerStep: number) => number
  afterValidation(epoch: number): (secondsPerBatch: number) => number
}

/** Before the first validation is measured, a forward pass counts as a third of a step: a backward pass costs twice a forward pass. */
export function createTimeLeft({ epochs, stepsPerEpoch, validationBatches }: RunPlan): TimeLeft {
  let step = 0
  let batch: number | undefined
  return {
    afterTraining: (epoch) => (secondsPerStep) => {
      step = secondsPerStep
      const left = epochs - epoch
      return left * stepsPerEpoch * step + (left + 1) * validationBatches * (batch ?? step / 3)
    },
    afterValidation: (epoch) => (secondsPerBatch) => {
      batch = secondsPerBatch
      return (epochs - epoch) * (stepsPerEpoch * (step || 3 * batch) + validationBatches * batch)
    },
  }
}
