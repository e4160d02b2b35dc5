import { type Progress, silentProgress } from './progress.ts'

/** What a command gets beside its configuration: a way to be stopped and a way to tell how far it is. */
export interface CommandContext {
  readonly signal?: AbortSignal
  readonly progress: Progress
}

export const silentContext: CommandContext = { progress: silentProgress }
