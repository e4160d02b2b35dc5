/** timm's weights by name: from the cache, or from the hub into the cache. */
import { modelInfo, pathsInfo } from '@huggingface/hub'
import { PretrainedWeightsError } from '../pretrained-weights-error.ts'
import { parseWeightsName } from '../weights-name.ts'
import { exists, openRepositoryCache, type RepositoryCache } from './cache.ts'
import { downloadBlob } from './download-blob.ts'
import { type HubEnvironment, type HubOptions, openEnvironment } from './environment.ts'
import { asHubError } from './hub-error.ts'

/** How far a download is, bytes. */
export interface TransferProgress {
  readonly file: string
  readonly receivedBytes: number
  readonly sizeBytes: number
}

/** Options of `fetchWeights`. */
export interface FetchWeightsOptions extends HubOptions {
  onProgress?(progress: TransferProgress): void
}

/** Where the files of the weights are in the cache. */
export interface FetchedWeights {
  /** `timm/seresnext50_32x4d.racm_in1k`. */
  readonly repository: string
  /** The commit of the hub, 40 hexadecimal digits: `NAME@COMMIT` is these files for good. */
  readonly revision: string
  readonly weightsPath: string
  readonly configPath: string
}

const weightsFile = 'model.safetensors'
const configFile = 'config.json'

/**
 * Finds timm's weights in the hub's cache, or downloads them there. A name without a revision is asked for once: what came then stays.
 *
 * @throws {PretrainedWeightsError} `unknown-weights`, `offline`, `hub-failed`, `damaged`
 * @example
 * await fetchWeights('seresnext50_32x4d.racm_in1k') // { weightsPath: '~/.cache/huggingface/hub/models--timm--.../model.safetensors', ... }
 */
export async function fetchWeights(
  name: string,
  { onProgress = () => undefined, ...options }: FetchWeightsOptions = {},
): Promise<FetchedWeights> {
  const { repository, revision } = parseWeightsName(name)
  const environment = openEnvironment(options)
  try {
    const cache = openRepositoryCache(environment.cacheDir, repository)
    const files = [configFile, weightsFile]
    const pinned = revision === null ? await firstFetched(cache, files) : undefined
    const commit = pinned ?? (await resolveCommit(environment, cache, repository, revision ?? 'main'))
    const missing: string[] = []
    for (const file of files) if (!(await cache.has(commit, file))) missing.push(file)
    if (missing.length > 0 && environment.isOffline) throw offline(environment, cache, repository, commit, missing)
    if (missing.length > 0) await download(environment, cache, { repository, commit, missing }, onProgress)
    const [configPath, weightsPath] = files.map((file) => cache.path(commit, file))
    return { repository, revision: commit, weightsPath, configPath }
  } finally {
    await environment.close()
  }
}

/** What main was when it was first fetched whole: a name without a revision stays with it. */
async function firstFetched(cache: RepositoryCache, files: readonly string[]): Promise<string | undefined> {
  const commit = await cache.readRef('main')
  if (commit === undefined) return undefined
  for (const file of files) if (!(await cache.has(commit, file))) return undefined
  return commit
}

/** A commit names itself; a branch is asked for, and remembered as huggingface_hub does. */
async function resolveCommit(
  environment: HubEnvironment,
  cache: RepositoryCache,
  repository: string,
  revision: string,
): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision
  if (environment.isOffline) {
    const known = await cache.readRef(revision)
    if (known === undefined) throw offline(environment, cache, repository, undefined, [configFile, weightsFile])
    return known
  }
  const { endpoint, token, fetch } = environment
  try {
    const { sha } = await modelInfo({
      name: repository,
      revision,
      hubUrl: endpoint,
      fetch,
      additionalFields: ['sha'],
      ...(token && { accessToken: token }),
    })
    if (!/^[0-9a-f]{40}$/.test(String(sha))) throw noCommit(endpoint, repository, sha)
    await cache.writeRef(revision, sha)
    return sha
  } catch (error) {
    environment.signal?.throwIfAborted()
    const reason = asHubError(error, environment, { repository })
    // Without the hub, what it said last holds.
    const known = reason.code === 'hub-failed' ? await cache.readRef(revision) : undefined
    if (known !== undefined && (await cache.has(known, weightsFile))) return known
    throw reason
  }
}

async function download(
  environment: HubEnvironment,
  cache: RepositoryCache,
  { repository, commit, missing }: { repository: string; commit: string; missing: readonly string[] },
  onProgress: (progress: TransferProgress) => void,
): Promise<void> {
  const { endpoint, token, fetch } = environment
  const listed = await pathsInfo({
    repo: { type: 'model', name: repository },
    revision: commit,
    paths: [...missing],
    hubUrl: endpoint,
    fetch,
    ...(token && { accessToken: token }),
  }).catch((error) => {
    environment.signal?.throwIfAborted()
    throw asHubError(error, environment, { repository })
  })
  for (const file of missing) {
    const found = listed.find(({ path }) => path === file)
    const etag = found?.lfs?.oid ?? found?.oid
    if (found === undefined || etag === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
      const message = `Expected ${file} in ${repository} on ${endpoint} but received no such file. Choose weights that have it.`
      throw new PretrainedWeightsError('unknown-weights', message, { repository, file, endpoint })
    }
    const sizeBytes = found.lfs?.size ?? found.size
    if (!(await exists(cache.blob(etag)))) {
      const remote = { repository, commit, file, etag, sizeBytes }
      await downloadBlob(environment, remote, cache.blob(etag), (receivedBytes) =>
        onProgress({ file, receivedBytes, sizeBytes }),
      )
    }
    await cache.link(etag, commit, file)
  }
}

/** What to fetch elsewhere, and where to put it. */
function offline(
  { endpoint, cacheDir }: HubEnvironment,
  cache: RepositoryCache,
  repository: string,
  commit: string | undefined,
  missing: readonly string[],
): PretrainedWeightsError {
  const urls = missing.map((file) => `${endpoint}/${repository}/resolve/${commit ?? 'main'}/${file}`)
  const places = commit === undefined ? [cacheDir] : missing.map((file) => cache.path(commit, file))
  const advice =
    commit === undefined
      ? `On another machine run this once and copy its cache's folder of ${repository} to ${cacheDir}, or fetch ${urls.join(' and ')} into one folder and give the path of ${weightsFile}.`
      : `Fetch ${urls.join(' and ')} on another machine and put it there.`
  const message = `Expected ${missing.join(' and ')} of ${repository} at ${places.join(' and ')}, since HF_HUB_OFFLINE is set, but received no file. ${advice}`
  return new PretrainedWeightsError('offline', message, { repository, commit, missing, urls, places })
}

function noCommit(endpoint: string, repository: string, received: unknown): PretrainedWeightsError {
  const message = `Expected the commit of ${repository} from ${endpoint} but received ${String(received)}. Check HF_ENDPOINT: it must have the hub's API.`
  return new PretrainedWeightsError('hub-failed', message, { repository, endpoint, received })
}
