import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import type { Overlay } from '@mammokit/study-service'
import sharp from 'sharp'

/** Folder beside result.json; its name in the result is the same on every system. */
const overlays = 'overlays'

/** Writes an overlay as PNG beside `result.json` of a folder, and gives its name there. */
export async function writeStudyOverlay(folder: string, { imageId, height, width, rgba }: Overlay): Promise<string> {
  const png = sharp(Buffer.from(rgba.buffer), { raw: { height, width, channels: 4 } })
    .removeAlpha()
    .png()
  const name = `${overlays}/${imageId}.png`
  await writeFileAtomic(join(folder, name), await png.toBuffer())
  return name
}
