/** A model that loads and runs its network in a thread, while this one reads and prepares images. */
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
  | { readonly kind: 'load' | 'dispose' }

type Seen = Awaited<ReturnType<Model['explain']>>

export type ModelAnswer =
  | { readonly kind: 'described'; readonly description: ModelDescription }
  | { readonly kind: 'seen'; readonly seen: Seen }
  | { readonly kind: 'done' }

export interface ThreadedModel extends Model {
  /**
   * Waits until the network is loaded.
   *
   * @throws as `openModel`
   */
  load(): Promise<void>
}

/**
 * Resolves when the description is known; the network of an exported file is loaded meanwhile.
 *
 * @throws as `openModel`; what is wrong with the network itself from `load`, `classify` and `explain`
 */
export async function openModelInThread(options: OpenModelOptions): Promise<ThreadedModel> {
  const thread = startThread<ModelQuestion, ModelAnswer>(threadFile('predict/model-worker.js'))
  /** Takes the thread's place once that cannot answer, so that an error is raised here. */
  let own: Promise<Model> | undefined
  const here = (): Promise<Model> => (own ??= openModel(options))
  const ask = async (question: ModelQuestion): Promise<ModelAnswer | undefined> =>
    own === undefined ? await thread.ask(question) : undefined
  const close = async () => {
    await thread.ask({ kind: 'dispose' })
    await thread.close()
  }
  const explain = async (image: ClassifierImage): Promise<Seen> => {
    const answer = await ask({ kind: 'explain', image })
    return answer?.kind === 'seen' ? answer.seen : (await here()).explain(image)
  }
  try {
    const answer = await ask({ kind: 'open', options })
    const { description } = answer?.kind === 'described' ? answer : await here()
    return {
      description,
      async load() {
        if ((await ask({ kind: 'load' })) === undefined) await here()
      },
      classify: async (image) => (await explain(image)).probability,
      explain,
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
