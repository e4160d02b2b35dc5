/** explain/<subset>/maps.safetensors: a heatmap of each image, and of what network they are. */
import { existsSync } from 'node:fs'
import { readInputFile, writeFileAtomic } from '@mammokit/atomic-files'
import { decodeSafetensors, encodeSafetensors } from '@mammokit/safetensors'
import { z } from 'zod'
import { runPaths } from '../run-paths.ts'
import type { Subset } from '../schema/prediction.ts'
import { TrainingRunError } from '../training-run-error.ts'

const count = z.coerce.number().int().min(1)

const mapSourceSchema = z.object({
  /** First 16 hexadecimal digits of the SHA-256 of the weights. */
  checkpointHash: z.string(),
  preprocessHash: z.string(),
  /** How the maps were made, and of which stage. */
  method: z.string(),
  stage: count,
  /** Cell (row, column) is centered on (offset + stride column, offset + stride row) in pixels of the network's image. */
  offset: z.coerce.number(),
  stride: count,
})

/** What stored heatmaps were made from. */
export type MapSource = z.output<typeof mapSourceSchema>

/** The heatmap of one image. */
export interface StoredMap {
  /** float32 [height * width] */
  readonly data: Float32Array
  readonly height: number
  readonly width: number
}

/** The heatmaps of a subset. */
export interface StoredMaps {
  readonly source: MapSource
  /** By image id. */
  readonly maps: ReadonlyMap<string, StoredMap>
}

/** Writes the maps of a subset, whole or not at all. @returns the path */
export async function writeMaps(run: string, subset: Subset, { source, maps }: StoredMaps): Promise<string> {
  const tensors = [...maps].map(
    ([imageId, { data, height, width }]) => [imageId, { dtype: 'F32', shape: [height, width], data }] as const,
  )
  const metadata = Object.fromEntries(Object.entries(source).map(([key, value]) => [key, String(value)]))
  await writeFileAtomic(runPaths(run).maps(subset), encodeSafetensors(new Map(tensors), metadata))
  return runPaths(run).maps(subset)
}

/**
 * Reads the maps of a subset; null where there are none.
 *
 * @throws TrainingRunError file-invalid
 */
export async function readMaps(run: string, subset: Subset): Promise<StoredMaps | null> {
  const path = runPaths(run).maps(subset)
  if (!existsSync(path)) return null
  const advice = `Explain again: mammokit-evaluator explain --run ${run} --subset ${subset}.`
  const bytes = await readInputFile(path, advice)
  const unreadable = (reason: string) =>
    new TrainingRunError(
      'file-invalid',
      `Expected heatmaps in ${path} but received a file that cannot be read: ${reason}. ${advice}`,
      { path, reason },
    )
  try {
    const { tensors, metadata } = decodeSafetensors(bytes)
    const maps = [...tensors].map(([imageId, { data, shape }]): [string, StoredMap] => {
      const [height, width] = shape
      if (!(data instanceof Float32Array && shape.length === 2)) throw unreadable(`${imageId} is no map`)
      return [imageId, { data, height: height!, width: width! }]
    })
    return { source: mapSourceSchema.parse(metadata), maps: new Map(maps) }
  } catch (error) {
    if (error instanceof TrainingRunError) throw error
    throw unreadable((error as Error).message.split('\n', 1)[0]!)
  }
}
