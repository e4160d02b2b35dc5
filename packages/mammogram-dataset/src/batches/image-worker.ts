/** Entry of a worker thread; each takes one core: sharp and its cache must not take others. */
import { move } from 'piscina'
import sharp from 'sharp'
import { type ImageResult, type ImageTask, makeImage } from './image-task.ts'

sharp.concurrency(1)
sharp.cache(false)

/** Piscina calls the export named in its `name` option; the image is moved to the main thread, not copied. */
export async function run(task: ImageTask): Promise<ImageResult> {
  const result = await makeImage(task)
  if (result.status === 'ok') move(result.image.buffer as ArrayBuffer)
  return result
}
