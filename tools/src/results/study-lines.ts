/** figures.jsonl of a study: a line for each training. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from './breast-figures.ts'
import type { Unit } from './study-config.ts'

export interface StudyLine extends Unit {
  /** Hash of the configuration and of the weights that training started with. */
  readonly recipe: string
  /** The last one, whatever its figures: nothing is chosen on the fold. */
  readonly epoch: number
  /** Wall-clock time of training and prediction, and the load average of the machine at its end. */
  readonly minutes: number
  readonly load: number
  readonly breasts: number
  readonly positives: number
  readonly pooled: Figure
  readonly withinMachines: Figure
  /** Of the fold's images, by id. */
  readonly logits: Readonly<Record<string, number>>
}

/** The lines that are whole: one that a kill cut is no result. */
export function readLines(folder: string): StudyLine[] {
  const path = join(folder, 'figures.jsonl')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as StudyLine]
    } catch {
      return []
    }
  })
}

/** Adds a line, on a line of its own where a kill cut the one before. */
export function addLine(folder: string, line: StudyLine): void {
  appendFileSync(join(folder, 'figures.jsonl'), `\n${JSON.stringify(line)}\n`)
}
