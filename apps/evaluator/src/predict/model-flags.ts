/** Which model answers studies: what its flags must be, and how it is named. */
import { CommandLineError } from '@mammokit/command-line'
import type { Model } from '@mammokit/mammogram-classifier'

interface ModelFlags {
  readonly run?: string | undefined
  readonly model?: string | undefined
  readonly epoch?: number | undefined
}

/** @throws {CommandLineError} `invalid-value` */
export function checkModelFlags({ run, model, epoch }: ModelFlags): void {
  if (run !== undefined && model !== undefined) {
    throw new CommandLineError(
      'invalid-value',
      `Expected --run or --model but received both, ${run} and ${model}. Leave one out.`,
      { run, model },
    )
  }
  if (epoch !== undefined && run === undefined) {
    throw new CommandLineError(
      'invalid-value',
      `Expected --run for --epoch ${epoch} but received none. An exported file has one checkpoint.`,
      { epoch },
    )
  }
}

/** A line for the terminal. */
export function describeModel({ description }: Pick<Model, 'description'>): string {
  const { source, name, checkpoint, checkpointHash } = description
  if (source === 'demonstration') return demonstrationNotice
  return `Using ${name}, ${checkpoint}, weights ${checkpointHash}`
}

const demonstrationNotice =
  'Using the demonstration network, which was trained on phantoms alone: its probabilities say nothing about a patient. Give --run or --model.'
