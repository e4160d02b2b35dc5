/** Names of weights, as timm writes them: network, tag of the training, and the hub's repository that holds them. */
import { type ModelName, modelNames } from '@mammokit/seresnext'
import { PretrainedWeightsError } from './pretrained-weights-error.ts'

export interface WeightsName {
  readonly architecture: ModelName
  /** `timm/seresnext50_32x4d.racm_in1k`. */
  readonly repository: string
  /** A branch, a tag or a commit; null: none is given. */
  readonly revision: string | null
}

/** timm 1.0.31's default weights of each network on the hub. */
const defaultTags: Partial<Readonly<Record<ModelName, string>>> = {
  seresnet50: 'a1_in1k',
  resnext50_32x4d: 'a1h_in1k',
  seresnext26d_32x4d: 'bt_in1k',
  seresnext26t_32x4d: 'bt_in1k',
  seresnext50_32x4d: 'racm_in1k',
  seresnext101_32x4d: 'gluon_in1k',
  seresnext101_32x8d: 'ah_in1k',
  seresnext101_64x4d: 'gluon_in1k',
  seresnextaa101d_32x8d: 'sw_in12k_ft_in1k_288',
}

/**
 * `seresnext50_32x4d.racm_in1k`, without its tag (timm's default), with an owner other than timm, with `hf_hub:` in front, or with
 * `@` and a revision behind.
 *
 * @throws {PretrainedWeightsError} `unknown-weights`
 */
export function parseWeightsName(given: string): WeightsName {
  const match = /^(?:hf[-_]hub:)?(?:([\w.-]+)\/)?([\w-]+)(?:\.([\w.-]+))?(?:@([\w./-]+))?$/.exec(given)
  const [, owner = 'timm', name = given, tag, revision = null] = match ?? []
  const architecture = modelNames.find((known) => known === name)
  const isComplete = tag !== undefined || (architecture !== undefined && defaultTags[architecture] !== undefined)
  if (match === null || architecture === undefined || !isComplete) {
    const known = Object.entries(defaultTags).map(([network, suffix]) => `${network}.${suffix}`)
    const message = `Expected timm's name of weights, such as ${known.join(', ')}, but received ${JSON.stringify(given)}. Give such a name, or a safetensors file.`
    throw new PretrainedWeightsError('unknown-weights', message, { name: given, known })
  }
  return { architecture, repository: `${owner}/${name}.${tag ?? defaultTags[architecture]}`, revision }
}

/**
 * The name at the commit of an origin, such as `timm/seresnext50_32x4d.racm_in1k@` and 40 digits; as it is where it has a revision of its
 * own, is of another repository, or is no name but a file.
 *
 * @example
 * pinnedName('seresnet50', `timm/seresnet50.a1_in1k@${commit}`) // that
 */
export function pinnedName(given: string, origin: string): string {
  try {
    const { repository, revision } = parseWeightsName(given)
    return revision === null && origin.startsWith(`${repository}@`) ? origin : given
  } catch (error) {
    if (error instanceof PretrainedWeightsError) return given
    throw error
  }
}
