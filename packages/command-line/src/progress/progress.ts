/** How a command tells how far it is: a bar on a terminal, plain lines in a pipe, nothing where it is called as a function. */

export interface StageOptions {
  /** What the speed counts, in the plural, for example `images`. @default none: no speed is shown */
  readonly unit?: string
  /** How many of them one item is, for example the images of a batch. @default 1 */
  readonly unitsPerItem?: number
  /** Seconds of work that follows this stage, given this stage's seconds per item. @default none */
  readonly secondsAfter?: (secondsPerItem: number) => number
}

/** Receives how far a command is. */
export interface Progress {
  /** Begins a stage of `total` items; it ends the one before. */
  start(label: string, total: number, options?: StageOptions): void
  /** Reports how many items are done, with a short note. */
  update(done: number, note?: string): void
  /** Ends the stage. */
  stop(): void
  /** Prints a line of its own. */
  line(text: string): void
}

/** Progress of a command that is called as a function: nothing is shown. */
export const silentProgress: Progress = { start() {}, update() {}, stop() {}, line() {} }
