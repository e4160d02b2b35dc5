/** The pictures beside `result.json`. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeAtomic, writeFileAtomic } from '@mammokit/atomic-files'
import type { Overlay, Result } from '@mammokit/study-service'
import sharp from 'sharp'

/** Folder beside result.json; its name in the result is the same on every system. */
export const overlays = 'overlays'

/** Writes an overlay as PNG beside `result.json` of a folder, and gives its name there. */
export async function writeStudyOverlay(folder: string, { imageId, height, width, rgba }: Overlay): Promise<string> {
  const png = sharp(Buffer.from(rgba.buffer), { raw: { height, width, channels: 4 } })
    .removeAlpha()
    .png()
  const name = `${overlays}/${imageId}.png`
  await writeFileAtomic(join(folder, name), await png.toBuffer())
  return name
}

/** Removes the overlays of earlier results, which may be of other patients. */
export async function removeOtherOverlays(folder: string, { studies }: Result): Promise<void> {
  const named = new Set(studies.flatMap(({ images }) => images.map(({ heatmap }) => heatmap)))
  const names = await readdir(join(folder, overlays)).catch(() => [])
  const isOurs = (name: string) => /^[0-9a-f]{16}\.png$/.test(name)
  const others = names.filter((name) => isOurs(name) && !named.has(`${overlays}/${name}`))
  await Promise.all(others.map((name) => removeAtomic(join(folder, overlays, name))))
}
