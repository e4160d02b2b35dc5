/** looks.jsonl of a study's data folders: a line for each time that a network was measured on a half of the patients. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, roundedFigure } from './breast-figures.ts'

/** The last look of zero-shot.ts with a note, on half a or b. */
export interface ZeroShotFigures {
  readonly title: string
  readonly half: string
  readonly looks: number
  readonly breasts: number
  readonly positives: number
  readonly pooled: Figure
  readonly withinMachines: Figure
}

/** Of each note and half the newest look of looks.jsonl of any image size, and how many looks at that half there were. */
export function readLooks(folder: string): ZeroShotFigures[] {
  const newest = new Map<string, ZeroShotFigures>()
  const looks = { a: 0, b: 0 }
  for (const size of readdirSync(join(folder, 'data')).sort()) {
    const path = join(folder, 'data', size, 'looks.jsonl')
    if (!existsSync(path)) continue
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const { note, half, breasts, positives, pooled, withinMachines } = JSON.parse(line)
      looks[half as 'a' | 'b']++
      if (note === '') continue
      const title = `${note}, half ${half}`
      const figures = { pooled: roundedFigure(pooled), withinMachines: roundedFigure(withinMachines) }
      newest.set(title, { title, half, looks: 0, breasts, positives, ...figures })
    }
  }
  return [...newest.values()].map((look) => ({ ...look, looks: looks[look.half as 'a' | 'b'] }))
}
