import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { breastDetectorPath } from '@mammokit/roi-detector'
import type { Hashing } from './platform.ts'

export const hashText = ((text) => createHash('sha256').update(text).digest('hex')) satisfies Hashing['hashText']

let shipped: string | undefined

export const hashModel: Hashing['hashModel'] = (model) => {
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  if (model !== 'breast-yolov5n') return hash(model)
  shipped ??= hash(breastDetectorPath()) // asked for every image, and it does not change
  return shipped
}
