/** A model in a thread of its own: its network is loaded, and looks, while this thread reads and prepares images. */
import {
  type ClassifierImage,
  type Model,
  type ModelDescription,
  type OpenModelOptions,
  openModel,
} from '@mammokit/mammogram-classifier/model'
import { startThread, threadFile } from '../asked-thread.ts'

export type ModelQuestion =
  | { readonly kind: 'open'; readonly options: OpenModelOptions }
  | { readonly kind: 'explain'; readonly image: ClassifierImage }
  | { readonly kind: 'dispose' }

export type ModelAnswer = { readonly description: ModelDescription } | Awaited<ReturnType<Model['explain']>> | object

/**
 * Resolves when the description is known; an exported file is loaded meanwhile.
 *
 * @throws as `openModel`; what is wrong with the network itself only when it looks at an image
 */
export async function openModelInThread(options: OpenModelOptions): Promise<Model> {
  const thread = startThread<ModelQuestion, ModelAnswer>(threadFile('predict/model-worker.js'))
  /** Where the thread cannot answer, for an error of this thread. */
  let own: Promise<Model> | undefined
  const here = () => (own ??= openModel(options))
  const close = async () => {
    await thread.ask({ kind: 'dispose' })
    await thread.close()
  }
  try {
    const opened = await thread.ask({ kind: 'open', options })
    const description = opened ? (opened as { description: ModelDescription }).description : (await here()).description
    const explain: Model['explain'] = async (image) => {
      const seen = await thread.ask({ kind: 'explain', image })
      return seen ? (seen as Awaited<ReturnType<Model['explain']>>) : (await here()).explain(image)
    }
    return {
      description,
      explain,
      classify: async (image) => (await explain(image)).probability,
      async dispose() {
        await close()
        await (await own)?.dispose()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
