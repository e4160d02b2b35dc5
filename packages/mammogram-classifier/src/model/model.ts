import type { ClassifierImage } from '../classifier.ts'
import type { ActivationMap } from '../heatmap/activation-map.ts'
import type { ModelDescription } from './model-description.ts'

/** A trained network with what was selected for it. */
export interface Model {
  readonly description: ModelDescription
  /**
   * The probability of cancer for one image as preprocessing leaves it.
   *
   * @throws {ClassifierError} `bad-input`, `not-finite`
   */
  classify(image: ClassifierImage): Promise<number>
  /**
   * The same and where the network sees it, in one pass; null where an exported file has no map.
   *
   * @throws {ClassifierError} `bad-input`, `not-finite`
   */
  explain(image: ClassifierImage): Promise<{ readonly probability: number; readonly map: ActivationMap | null }>
  dispose(): Promise<void>
}

/** A model that has said what it is, before its network is loaded; of a run folder it is loaded already, so that whoever does not want it loads and disposes of it. */
export interface PendingModel {
  readonly description: ModelDescription
  /** Called once. */
  load(): Promise<Model>
}
