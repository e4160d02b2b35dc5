/**
 * From the presentation image back to the stored values of a machine: the inverse of the VOI window, then of
 * MONOCHROME1. Applying DICOM's transforms (PS3.3 C.11.2.1.2 and C.11.2.1.3.1) restores the image.
 */

import type { GrayImage } from './film.ts'
import type { Machine } from './machine.ts'
import { clamp, log } from './portable-math.ts'

const tables = new Map<number, Uint16Array>()

/** Stored values of an image, uint16 [height, width], within 0 .. 2^bitsStored - 1. */
export function toStoredPixels(image: GrayImage, machine: Machine): Uint16Array {
  const table = tables.get(machine.machineId) ?? createInverseWindow(machine)
  tables.set(machine.machineId, table)
  const stored = new Uint16Array(image.data.length)
  for (let i = 0; i < stored.length; i++) stored[i] = table[image.data[i]]
  return stored
}

function createInverseWindow(machine: Machine): Uint16Array {
  const { center, width } = machine.windows[0]
  const maximum = 2 ** machine.bitsStored - 1
  return Uint16Array.from({ length: 65536 }, (_, gray) => {
    const shown = (machine.photometricInterpretation === 'MONOCHROME1' ? 65535 - gray : gray) / 65535
    const value =
      machine.voiLutFunction === 'SIGMOID'
        ? center - (width / 4) * log(1 / clamp(shown, 1e-6, 1 - 1e-6) - 1)
        : (shown - 0.5) * (width - 1) + center - 0.5
    return Math.round(clamp(value, 0, maximum))
  })
}
