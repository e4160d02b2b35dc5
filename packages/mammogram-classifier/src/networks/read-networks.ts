/** Whose weights a folder is about: a network of its own, the folds of a run, or the runs of an ensemble. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type Augmentations,
  type Combination,
  type Ensemble,
  foldRun,
  listEpochs,
  listFolds,
  type RunConfig,
  readEpochWeights,
  readRunConfig,
  runPaths,
} from '@mammokit/training-run'
import { ClassifierError } from '../classifier-error.ts'
import { assertCombinable, type ConfiguredRun } from './combinable.ts'

/** One network after an epoch; `run` has its weights. */
export interface Network extends ConfiguredRun {
  readonly epoch: number
  readonly checkpointHash: string
  /** Folder whose predictions/ has what it says of the images. */
  readonly into: string
}

/** The networks of a folder. */
export interface RunNetworks {
  readonly run: string
  /** Of the first network. */
  readonly config: RunConfig
  readonly members: readonly ConfiguredRun[]
  /** How the networks' logits become one; null where there is one network alone, without augmentation. */
  readonly combine: Combination | null
  readonly augmentations: Augmentations
  /** The val of each network is its own, and that of all together what each did not see. */
  readonly isOutOfFold: boolean
  /** Those that all networks have; an ensemble has one. @throws TrainingRunError `no-checkpoints` */
  epochs(): Promise<readonly number[]>
  /** Of the weights of all networks after an epoch. */
  checkpointHash(epoch: number): Promise<string>
  networks(epoch: number): Promise<readonly Network[]>
}

/** The one epoch that an ensemble has. */
const ensembleEpoch = 1

/**
 * Reads which networks a folder has.
 *
 * @throws FileError, TrainingRunError as `readRunConfig` and `listEpochs`; ClassifierError `members-differ` where a run of an ensemble was
 * trained on another split or fold meanwhile, `folds-differ` for folds of other preprocessing or another split, or without an epoch that all have
 * @example
 * (await readNetworks('runs/both')).members.length // 2
 */
export async function readNetworks(run: string): Promise<RunNetworks> {
  const folds = await listFolds(run)
  if (folds.length > 0) return readFolds(run, folds)
  const config = await readRunConfig(run)
  if (config.ensemble) return readEnsemble(run, config, config.ensemble)
  const networkAt = networkReader()
  const own = (epoch: number) => networkAt({ run, config }, epoch, run)
  return {
    run,
    config,
    members: [{ run, config }],
    combine: null,
    augmentations: [],
    isOutOfFold: false,
    epochs: () => listEpochs(run),
    checkpointHash: async (epoch) => (await own(epoch)).checkpointHash,
    networks: async (epoch) => [await own(epoch)],
  }
}

type NetworkReader = (member: ConfiguredRun, epoch: number, into: string) => Promise<Network>

/** Weights may have a hundred megabytes: each file is read and hashed once. */
function networkReader(): NetworkReader {
  const hashes = new Map<string, Promise<string>>()
  return async (member, epoch, into) => {
    const path = runPaths(member.run).weights(epoch)
    const hash = hashes.get(path) ?? readEpochWeights(member.run, epoch).then(({ checkpointHash }) => checkpointHash)
    hashes.set(path, hash)
    return { ...member, epoch, checkpointHash: await hash, into }
  }
}

async function readEnsemble(run: string, config: RunConfig, ensemble: Ensemble): Promise<RunNetworks> {
  const { combine, augmentations } = ensemble
  const members: ConfiguredRun[] = []
  for (const { run: relative } of ensemble.members) {
    const path = join(run, relative)
    const own = await readRunConfig(path)
    assertCombinable({ run, config }, { run: path, config: own })
    members.push({ run: path, config: own })
  }
  const networkAt = networkReader()
  const networks = async () => {
    const found: Network[] = []
    for (const [index, member] of members.entries()) {
      // Augmented predictions are the ensemble's; plain ones are the run's own, and made once.
      const into = augmentations.length > 0 ? runPaths(run).member(index) : member.run
      found.push(await networkAt(member, ensemble.members[index]!.epoch, into))
    }
    return found
  }
  return {
    run,
    config,
    members,
    combine,
    augmentations,
    isOutOfFold: false,
    networks,
    epochs: async () => [ensembleEpoch],
    async checkpointHash() {
      const hashes = (await networks()).map(({ checkpointHash }) => checkpointHash)
      return shortHash(JSON.stringify([combine, augmentations, hashes]))
    },
  }
}

async function readFolds(run: string, folds: readonly number[]): Promise<RunNetworks> {
  const members: ConfiguredRun[] = []
  let epochs: readonly number[] | undefined
  for (const fold of folds) {
    const path = foldRun(run, fold)
    members.push({ run: path, config: await readRunConfig(path) })
    const own = await listEpochs(path)
    epochs = epochs?.filter((epoch) => own.includes(epoch)) ?? own
  }
  const [{ config }] = members as [ConfiguredRun]
  for (const { run: path, config: own } of members) {
    if (own.preprocessHash !== config.preprocessHash)
      throw foldsDiffer(run, `the preprocess hash ${config.preprocessHash}`, own.preprocessHash, path)
    const [expected, received] = [config, own].map(({ data }) => data.splitsSha256)
    if (expected !== received)
      throw foldsDiffer(run, `the split ${expected!.slice(0, 16)}`, received!.slice(0, 16), path)
  }
  if (epochs!.length === 0) throw foldsDiffer(run, 'an epoch that all have', 'none', run)
  const networkAt = networkReader()
  const networks = async (epoch: number) => {
    const found: Network[] = []
    for (const member of members) found.push(await networkAt(member, epoch, member.run))
    return found
  }
  return {
    run,
    config,
    members,
    combine: 'logits',
    augmentations: [],
    isOutOfFold: true,
    networks,
    epochs: async () => epochs!,
    async checkpointHash(epoch) {
      return shortHash((await networks(epoch)).map(({ checkpointHash }) => `${checkpointHash}\n`).join(''))
    },
  }
}

function shortHash(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

function foldsDiffer(run: string, expected: string, received: string, where: string): ClassifierError {
  return new ClassifierError(
    'folds-differ',
    `Expected ${expected} in all folds of ${run} but received ${received} in ${where}. Train the folds with one configuration, to the end.`,
    { run, expected, received },
  )
}

/**
 * The configuration of a run that has one network of its own.
 *
 * @param purpose what takes one network, for the error
 * @throws {ClassifierError} `several-networks` for an ensemble, or a folder of folds; FileError, TrainingRunError as `readRunConfig`
 */
export async function readNetworkConfig(run: string, purpose: string): Promise<RunConfig> {
  const folds = await listFolds(run)
  const config = folds.length > 0 ? null : await readRunConfig(run)
  const networks = config ? config.ensemble?.members.length : folds.length
  if (config && networks === undefined) return config
  throw new ClassifierError(
    'several-networks',
    `Expected a run with a network of its own for ${purpose} but received ${run}, ${config ? `an ensemble of ${networks} runs` : `${networks} folds`}. Give one of them.`,
    { run, networks, purpose },
  )
}
