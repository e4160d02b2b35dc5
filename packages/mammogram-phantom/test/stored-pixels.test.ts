import { expect, test } from 'vitest'
import { type Machine, machines } from '../src/machine.ts'
import { toStoredPixels } from '../src/stored-pixels.ts'

/** PS3.3 C.11.2.1.2.1 (LINEAR) and C.11.2.1.3.1 (SIGMOID), then MONOCHROME1, 0 to 1. */
function present(stored: number, machine: Machine): number {
  const { center, width } = machine.windows[0]
  const shown =
    machine.voiLutFunction === 'SIGMOID'
      ? 1 / (1 + Math.exp((-4 * (stored - center)) / width))
      : Math.min(1, Math.max(0, (stored - (center - 0.5)) / (width - 1) + 0.5))
  return machine.photometricInterpretation === 'MONOCHROME1' ? 1 - shown : shown
}

test.each(machines.map((machine) => [machine.machineId, machine] as const))(
  'the window of machine %i shows the picture again within 0.2 % of the gray range, 1 % at its ends',
  (_, machine) => {
    const grays = Uint16Array.from({ length: 2049 }, (_value, i) => Math.min(65535, i * 32))
    const stored = toStoredPixels({ data: grays, width: grays.length, height: 1 }, machine)
    grays.forEach((gray, i) => {
      expect(stored[i]).toBeLessThan(2 ** machine.bitsStored)
      const error = Math.abs(present(stored[i], machine) - gray / 65535)
      expect(error).toBeLessThan(gray > 1310 && gray < 64225 ? 0.002 : 0.01)
    })
  },
)
