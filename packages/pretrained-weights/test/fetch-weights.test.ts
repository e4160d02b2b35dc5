import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchWeights, PretrainedWeightsError, pinnedName, readPretrained } from '../src/index.ts'
import { commit, type HubServer, startHub } from './hub-server.ts'
import { type HubFile, makeWeightsFiles, name, temporaryFolder } from './weights-files.ts'

let files: Record<'model.safetensors' | 'config.json', HubFile>
let hub: HubServer
let home: string
let folder: string
const fast = { retryDelayMs: 1 }

beforeAll(async () => {
  files = await makeWeightsFiles()
})

beforeEach(async () => {
  hub = await startHub(files)
  home = temporaryFolder()
  folder = join(home, 'hub', 'models--timm--seresnext50_32x4d.racm_in1k')
  for (const [key, value] of Object.entries({ HF_HOME: home, HF_ENDPOINT: hub.endpoint })) vi.stubEnv(key, value)
  for (const key of ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE', 'HF_TOKEN'])
    vi.stubEnv(key, undefined)
  for (const key of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(key, undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

describe('fetchWeights', () => {
  it("puts 110 MB and config.json into the hub's own cache layout, checked, and asks no more but for @main", async () => {
    expect(files['model.safetensors'].sizeBytes).toBeGreaterThan(110e6)
    const fetched = await fetchWeights(name, fast)
    expect(fetched).toMatchObject({ repository: `timm/${name}`, revision: commit })
    expect(fetched.weightsPath).toBe(join(folder, 'snapshots', commit, 'model.safetensors'))
    expect(readlinkSync(fetched.weightsPath)).toBe(join('..', '..', 'blobs', files['model.safetensors'].etag))
    expect(readlinkSync(fetched.configPath)).toBe(join('..', '..', 'blobs', files['config.json'].etag))
    expect(readFileSync(join(folder, 'refs', 'main'), 'utf8')).toBe(commit)
    expect(readdirSync(join(folder, 'blobs')).sort()).toEqual(
      Object.values(files)
        .map(({ etag }) => etag)
        .sort(),
    )
    expect(sha256(fetched.weightsPath)).toBe(files['model.safetensors'].etag)
    hub.asked.length = 0
    expect(await fetchWeights(`${name}@${commit}`)).toEqual(fetched)
    // main moves on.
    hub.head = commit.replace('0', 'f')
    expect(await fetchWeights(name, fast)).toEqual(fetched)
    expect(hub.asked).toEqual([])
    expect((await fetchWeights(`${name}@main`, fast)).revision).toBe(hub.head)
  })

  it('pins a name to the commit of an origin, and leaves other repositories, revisions and files as they are', () => {
    const origin = `timm/${name}@${commit}`
    expect(['seresnext50_32x4d', name, `hf_hub:timm/${name}`].map((given) => pinnedName(given, origin))).toEqual([
      origin,
      origin,
      origin,
    ])
    const others = [`${name}@main`, 'seresnet50', `someone/${name}`, 'weights/model.safetensors', 'no such name']
    expect(others.map((given) => pinnedName(given, origin))).toEqual(others)
  })

  it('goes on where connections broke, with ranges, and reports progress', async () => {
    hub.breaksAfter = [30e6, 20e6, 0, 10e6]
    const seen: number[] = []
    const fetched = await fetchWeights(name, {
      ...fast,
      onProgress: ({ file, receivedBytes, sizeBytes }) => {
        if (file === 'model.safetensors') seen.push(receivedBytes / sizeBytes)
      },
    })
    expect(sha256(fetched.weightsPath)).toBe(files['model.safetensors'].etag)
    expect(hub.sentBytes).toBeLessThan(1.1 * files['model.safetensors'].sizeBytes)
    expect(seen.at(-1)).toBe(1)
    expect(seen.every((share, i) => i === 0 || share >= seen[i - 1])).toBe(true)
  })

  it('keeps what came before it failed, for the next start', async () => {
    hub.breaksAfter = [40e6, 0, 0, 0, 0, 0, 0]
    const error = await errorOf(fetchWeights(name, fast))
    expect(error.code).toBe('hub-failed')
    expect(error.message).toMatch(/^Expected model\.safetensors of timm\/seresnext50_32x4d\.racm_in1k from http:/)
    const before = hub.sentBytes
    const [left] = readdirSync(join(folder, 'blobs')).filter((each) => each.endsWith('.incomplete'))
    expect(left).toContain(files['model.safetensors'].etag)
    const fetched = await fetchWeights(name, fast)
    expect(sha256(fetched.weightsPath)).toBe(files['model.safetensors'].etag)
    expect(hub.sentBytes - before).toBeLessThan(files['model.safetensors'].sizeBytes - 30e6)
    expect(readdirSync(join(folder, 'blobs'))).toHaveLength(2)
  })

  it('takes over what a killed process left, and leaves alone what a living one writes', async () => {
    const { etag, path, sizeBytes } = files['model.safetensors']
    const blobs = join(folder, 'blobs')
    mkdirSync(blobs, { recursive: true })
    const half = readFileSync(path).subarray(0, sizeBytes / 2)
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const host = hostname().replace(/[^\w-]/g, '-')
    const living = `${etag}.${host}.${process.ppid}.b.incomplete`
    for (const left of [`${etag}.${host}.${pid}.a.incomplete`, living]) writeFileSync(join(blobs, left), half)
    expect(sha256((await fetchWeights(name, fast)).weightsPath)).toBe(etag)
    expect(hub.sentBytes).toBeLessThan(0.51 * sizeBytes)
    expect(readdirSync(blobs).filter((each) => each.endsWith('.incomplete'))).toEqual([living])
  })

  it('fetches wrong bytes once more, and keeps none of them where they come twice', async () => {
    hub.wrongAnswers = 1
    expect(sha256((await fetchWeights(name, fast)).weightsPath)).toBe(files['model.safetensors'].etag)
    rmSync(folder, { recursive: true })
    hub.wrongAnswers = 2
    const error = await errorOf(fetchWeights(name, fast))
    expect([error.code, error.details.expected]).toEqual(['damaged', files['model.safetensors'].etag])
    expect(readdirSync(join(folder, 'blobs'))).toEqual([files['config.json'].etag])
  })

  it('asks the cache alone with HF_HUB_OFFLINE, and says what to put where', async () => {
    await fetchWeights(name, fast)
    hub.asked.length = 0
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    expect((await fetchWeights(name)).revision).toBe(commit)
    const place = join(folder, 'snapshots', commit, 'model.safetensors')
    rmSync(place)
    const error = await errorOf(fetchWeights(name))
    expect(error.code).toBe('offline')
    expect(error.message).toBe(
      `Expected model.safetensors of timm/${name} at ${place}, since HF_HUB_OFFLINE is set, but received no file. Fetch ${hub.endpoint}/timm/${name}/resolve/${commit}/model.safetensors on another machine and put it there.`,
    )
    rmSync(folder, { recursive: true })
    expect((await errorOf(fetchWeights(name))).message).toContain(
      `copy its cache's folder of timm/${name} to ${join(home, 'hub')}`,
    )
    expect(hub.asked).toEqual([])
  })

  it('takes what the hub said last where it cannot be reached', async () => {
    const fetched = await fetchWeights(name, fast)
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:47809')
    expect(await fetchWeights(`${name}@main`, fast)).toEqual(fetched)
    rmSync(folder, { recursive: true })
    const error = await errorOf(fetchWeights(name, fast))
    expect([error.code, error.details.reason]).toEqual(['hub-failed', 'ECONNREFUSED'])
  })

  it('sends HF_TOKEN, to the hub and not to its storage, and says so where it lacks', async () => {
    hub.token = 'hf_secret'
    const error = await errorOf(fetchWeights(name, fast))
    expect([error.code, error.details.status]).toEqual(['unknown-weights', 401])
    expect(error.message).toContain('a private repository needs HF_TOKEN')
    vi.stubEnv('HF_TOKEN', 'hf_secret')
    expect((await fetchWeights(name, fast)).revision).toBe(commit)
    expect(hub.leaked).toBe(false)
  })

  it('goes through HTTPS_PROXY', async () => {
    const asked: string[] = []
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    const error = await errorOf(fetchWeights(name, { ...fast, endpoint: 'https://hub.invalid' }))
    expect([error.code, new Set(asked)]).toEqual(['hub-failed', new Set(['hub.invalid:443'])])
    proxy.close()
  })

  it('ends where a proxy closes every connection', async () => {
    const proxy = createServer().on('connect', (_, socket) => socket.destroy())
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    const error = await errorOf(fetchWeights(name, { ...fast, timeoutMs: 300, endpoint: 'https://hub.invalid' }))
    expect(error.code).toBe('hub-failed')
    expect(error.message).toContain('Expected an answer from hub.invalid within 300 ms but received none.')
    proxy.close()
  })

  it('knows names with an owner, without a tag, and names those that it knows', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    const repositoryOf = async (given: string) => (await errorOf(fetchWeights(given))).details.repository
    expect(await repositoryOf('seresnext50_32x4d')).toBe('timm/seresnext50_32x4d.racm_in1k')
    expect(await repositoryOf('hf_hub:someone/seresnet50.own')).toBe('someone/seresnet50.own')
    const error = await errorOf(fetchWeights('resnet18.a1_in1k'))
    expect(error.code).toBe('unknown-weights')
    expect(error.message).toContain('seresnext50_32x4d.racm_in1k')
  })

  it('stops where it is told to, and keeps what came', async () => {
    const controller = new AbortController()
    const stopped = fetchWeights(name, {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => receivedBytes > 1e6 && controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(readdirSync(join(folder, 'blobs')).filter((each) => each.endsWith('.incomplete'))).toHaveLength(1)
  })
})

describe('readPretrained', () => {
  it('refuses a blob of the cache whose bytes are not those of its name', async () => {
    const { weightsPath } = await fetchWeights(name, fast)
    const bytes = readFileSync(weightsPath)
    bytes[bytes.length - 1] ^= 1
    writeFileSync(weightsPath, bytes)
    const error = await readPretrained(name, fast).catch((reason) => reason)
    expect(error.code).toBe('damaged')
    expect(error.message).toMatch(/Delete it, and it is fetched again\.$/)
  })

  it('says how a pickle becomes a safetensors file', async () => {
    const error = await readPretrained('runs/best.pth').catch((reason) => reason)
    expect(error.code).toBe('not-safetensors')
    expect(error.message).toContain('runs/best.pth')
    expect(error.message.split('\n').slice(1)).toEqual([
      'import torch, safetensors.torch;',
      'safetensors.torch.save_file(torch.load("runs/best.pth", map_location="cpu", weights_only=True), "runs/best.safetensors")',
      'Then give runs/best.safetensors.',
    ])
  })
})

function sha256(path: string): string {
  expect(existsSync(path)).toBe(true)
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

async function errorOf(promise: Promise<unknown>): Promise<PretrainedWeightsError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(PretrainedWeightsError)
  return error as PretrainedWeightsError
}
