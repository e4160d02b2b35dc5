/** Where Weights & Biases is and who asks, found as wandb's own clients find it. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TrainerError } from '../trainer-error.ts'

export interface WandbAccount {
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly apiKey: string
}

/**
 * `WANDB_BASE_URL` and `WANDB_API_KEY`, else what `wandb login` wrote to .netrc.
 *
 * @throws {TrainerError} `input-invalid` for an address that is none, or without a key
 */
export function readWandbAccount(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WandbAccount {
  const baseUrl = (environment.WANDB_BASE_URL || 'https://api.wandb.ai').replace(/\/+$/, '')
  const isAddress = URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol)
  if (!isAddress) {
    const message = `Expected an address such as https://api.wandb.ai for WANDB_BASE_URL but received ${baseUrl}. Correct it, or leave it out.`
    throw new TrainerError('input-invalid', message, { baseUrl })
  }
  const netrc = environment.NETRC || join(environment.HOME || homedir(), '.netrc')
  const apiKey = environment.WANDB_API_KEY?.trim() || keyOf(netrc, new URL(baseUrl).hostname)
  if (apiKey) return { baseUrl, apiKey }
  const message = `Expected an API key for ${baseUrl} but received none. Set WANDB_API_KEY, run wandb login once, or leave wandb.project out.`
  throw new TrainerError('input-invalid', message, { baseUrl, netrc })
}

/** The password of a machine in a .netrc. */
function keyOf(path: string, host: string): string | undefined {
  if (!existsSync(path)) return undefined
  const words = readFileSync(path, 'utf8')
    .replace(/(^|\s)#.*$/gm, '')
    .split(/\s+/)
  const begin = words.findIndex((word, i) => word === 'machine' && words[i + 1] === host)
  if (begin < 0) return undefined
  const next = words.indexOf('machine', begin + 1)
  const entry = words.slice(begin + 2, next < 0 ? undefined : next)
  const at = entry.indexOf('password')
  return at < 0 ? undefined : entry[at + 1]
}
