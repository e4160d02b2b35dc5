export type TrainerErrorCode =
  | 'bad-folds'
  | 'bad-processes'
  | 'data-invalid'
  | 'diverged'
  | 'input-invalid'
  | 'process-failed'
  | 'processes-differ'
  | 'run-differs'
  | 'shard-unknown'
  | 'too-few-images'
  | 'too-little-memory'
  | 'wandb-failed'

/** What a command was given cannot be used: what was expected, what was received and what to do. */
export class TrainerError extends Error {
  override readonly name = 'TrainerError'
  readonly code: TrainerErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: TrainerErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
