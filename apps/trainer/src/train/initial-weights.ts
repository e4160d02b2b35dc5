/** The weights that a run starts from: timm's by name, or those of a file. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { CommandContext } from '@mammokit/command-line'
import {
  foldToGray,
  PretrainedWeightsError,
  pinnedName,
  readPretrained,
  type TransferProgress,
} from '@mammokit/pretrained-weights'
import { defaultConfig, modelConfig } from '@mammokit/seresnext'
import { type NamedTensors, type RunConfig, readRunConfig } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { TrainerError } from '../trainer-error.ts'

export interface InitialWeights {
  readonly state: NamedTensors
  /** What config.json of the run says of them. */
  readonly record: NonNullable<RunConfig['weights']>
}

export interface InitialWeightsOptions {
  /** Repository and commit that the run began with: a name without a revision stays with it. */
  readonly origin?: string | undefined
  readonly isOffline?: boolean
}

/**
 * Reads what `pretrained` names; timm's weights for color images become weights for gray ones with the run's normalization.
 *
 * @throws {TrainerError} `input-invalid` for weights of another network; PretrainedWeightsError, FileError and SafetensorsError
 */
export async function readInitialWeights(
  { pretrained, model, image }: Pick<Config, 'pretrained' | 'model' | 'image'>,
  { progress, signal }: CommandContext,
  { origin: known, ...options }: InitialWeightsOptions = {},
): Promise<InitialWeights | undefined> {
  if (pretrained === null) return undefined
  let fetching = ''
  const onProgress = ({ file, receivedBytes, sizeBytes }: TransferProgress) => {
    if (file !== fetching) progress.start(`fetching ${file}`, megabytes(sizeBytes))
    fetching = file
    progress.update(megabytes(receivedBytes), 'MB')
  }
  const { state, config, path, sha256, origin } = await readPretrained(
    known ? pinnedName(pretrained, known) : pretrained,
    {
      ...options,
      onProgress,
      ...(signal && { signal }),
    },
  )
  if (fetching !== '') progress.stop()
  if (config === null) return { state, record: { path, sha256 } }
  assertNetwork(pretrained, modelConfig(config.architecture), model)
  progress.line(`Weights of ${origin ?? path}, license ${config.license ?? 'not said'}`)
  return { state: foldToGray(state, config, image), record: { path, sha256, ...(origin && { origin }) } }
}

/** What config.json of a run says of the weights that it starts from, and the weights, for a run without a checkpoint. */
export interface FirstWeights {
  readonly record: InitialWeights['record']
  /** @throws as `readInitialWeights` */
  readonly read: () => Promise<NamedTensors>
}

/**
 * The same for a run that may have a checkpoint, which goes on without these weights: a file that is gone, and a commit of the hub, are
 * those that config.json of the run names, and not read before they are needed. A file that is there is read and hashed.
 *
 * @throws as `readInitialWeights`
 */
export async function openInitialWeights(
  config: Parameters<typeof readInitialWeights>[0] & Pick<Config, 'resume'>,
  run: string,
  context: CommandContext,
): Promise<FirstWeights | undefined> {
  const { pretrained, resume } = config
  if (pretrained === null) return undefined
  const branched = async () => (resume === null ? null : recordedWeights(dirname(dirname(resolve(resume)))))
  const known = (await recordedWeights(run)) ?? (await branched())
  const read = () => readInitialWeights(config, context, { origin: known?.origin })
  if (known && isRecorded(pretrained, known)) {
    return { record: known, read: async () => ((await read()) as InitialWeights).state }
  }
  const { record, state } = (await read()) as InitialWeights
  return { record, read: async () => state }
}

/** What is wrong with config.json is said where the run is opened. */
async function recordedWeights(run: string): Promise<RunConfig['weights']> {
  return readRunConfig(run).then(
    ({ weights }) => weights,
    () => null,
  )
}

/** Whether nothing else can be meant than what the run began with. */
function isRecorded(pretrained: string, { path, origin }: InitialWeights['record']): boolean {
  if (origin !== undefined) return pinnedName(pretrained, origin) === origin
  return (path === pretrained || resolve(path) === resolve(pretrained)) && !existsSync(pretrained)
}

/**
 * The same without the network: of weights that would have to be fetched it says so.
 *
 * @throws as `readInitialWeights`
 */
export async function findInitialWeights(
  config: Parameters<typeof readInitialWeights>[0],
  context: CommandContext,
): Promise<InitialWeights | undefined> {
  try {
    return await readInitialWeights(config, context, { isOffline: true })
  } catch (error) {
    if (!(error instanceof PretrainedWeightsError && error.code === 'offline')) throw error
    context.progress.line(`The weights ${config.pretrained} are not on this machine: training fetches them first`)
    return undefined
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6)
}

/** Names the options that make the network that of the weights. */
function assertNetwork(name: string, of: ReturnType<typeof modelConfig>, model: Config['model']): void {
  const wanted: Readonly<Record<string, unknown>> = { ...defaultConfig, ...of }
  // They have no weights, or train anew.
  const free = ['inputNormalization', 'globalPool', 'dropRate', 'dropPathRate', 'fusion']
  const differing = Object.entries(model).filter(
    ([key, value]) => !free.includes(key) && JSON.stringify(value) !== JSON.stringify(wanted[key]),
  )
  if (differing.length === 0) return
  const options = differing.map(([key]) => `--option model.${key}=${JSON.stringify(wanted[key]).replaceAll('"', '')}`)
  const received = differing.map(([key, value]) => `model.${key} ${JSON.stringify(value)}`)
  const message = `Expected the network of ${name} but received ${received.join(', ')}. Give ${options.join(' ')}.`
  throw new TrainerError('input-invalid', message, { name, wanted, received: model })
}
