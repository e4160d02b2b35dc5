/** What was wrong with a call of the classifier. */
export type ClassifierErrorCode =
  | 'no-weights'
  | 'bad-input'
  | 'not-a-model'
  | 'breast-network'
  | 'several-networks'
  | 'members-differ'
  | 'folds-differ'
  | 'runtime-missing'
  | 'not-finite'
  | 'map-undefined'
  | 'weights-changed'
  | 'selection-altered'
  | 'selection-differs'
  | 'checkpoint-mismatch'

/** Weights, images or probabilities that the classifier cannot use; `details` has the values that the message names. */
export class ClassifierError extends Error {
  override readonly name = 'ClassifierError'
  readonly code: ClassifierErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ClassifierErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
