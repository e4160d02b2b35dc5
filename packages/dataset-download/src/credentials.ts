/** Kaggle's credentials, found in the places and in the order in which Kaggle's own clients look. */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DownloadError } from './download-error.ts'

/** Kaggle's credentials and where they were found. */
export interface Credentials {
  /** Value of the header Authorization: `Bearer ...` of an access token, `Basic ...` of a user name and key. */
  readonly authorization: string
  /** The variable or file that they come from. */
  readonly origin: string
  /** Whether other users of this machine may read that file. */
  readonly readableByOthers: boolean
}

/** Options of `findCredentials`. */
export interface FindCredentialsOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** @default the user's home folder */
  readonly home?: string
}

/**
 * The first of: an access token (`KAGGLE_API_TOKEN`, which holds the token or the path of a file with it; `~/.kaggle/access_token`,
 * `~/.kaggle/access_token.txt`), `KAGGLE_USERNAME` with `KAGGLE_KEY`, and `kaggle.json` in `KAGGLE_CONFIG_DIR`, `~/.kaggle` or
 * `~/.config/kaggle`. Undefined where there is none.
 *
 * @throws {DownloadError} `bad-credentials` for a file that is there and cannot be used.
 * @example
 * (await findCredentials({ env: { KAGGLE_USERNAME: 'ada', KAGGLE_KEY: '0123' } }))?.origin // 'KAGGLE_USERNAME and KAGGLE_KEY'
 */
export async function findCredentials(options: FindCredentialsOptions = {}): Promise<Credentials | undefined> {
  const { env = process.env, home = homedir() } = options
  return (await findToken(env, home)) ?? findUserAndKey(env) ?? (await findKeyFile(env, home))
}

async function findToken(
  { KAGGLE_API_TOKEN: given }: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<Credentials | undefined> {
  if (given && !existsSync(given)) return bearer(given.trim(), 'KAGGLE_API_TOKEN', false)
  const names = ['access_token', 'access_token.txt'].map((name) => join(home, '.kaggle', name))
  for (const path of given ? [given] : names) {
    if (!existsSync(path)) continue
    const token = (await readSecret(path)).trim()
    if (token === '' && path === given) throw unusable(path, 'an access token', 'an empty file')
    if (token !== '') return bearer(token, path, await isReadableByOthers(path))
  }
  return undefined
}

function findUserAndKey(env: Readonly<Record<string, string | undefined>>): Credentials | undefined {
  const { KAGGLE_USERNAME: user, KAGGLE_KEY: key } = env
  return user && key ? basic(user, key, 'KAGGLE_USERNAME and KAGGLE_KEY', false) : undefined
}

async function findKeyFile(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<Credentials | undefined> {
  const folders = env.KAGGLE_CONFIG_DIR
    ? [env.KAGGLE_CONFIG_DIR]
    : [join(home, '.kaggle'), join(env.XDG_CONFIG_HOME || join(home, '.config'), 'kaggle')]
  const path = folders.map((folder) => join(folder, 'kaggle.json')).find(existsSync)
  if (path === undefined) return undefined
  const { username, key } = parseKeyFile(path, await readSecret(path))
  return basic(username, key, path, await isReadableByOthers(path))
}

function parseKeyFile(path: string, text: string): { username: string; key: string } {
  let parsed: { username?: unknown; key?: unknown } | null
  try {
    parsed = JSON.parse(text)
  } catch {
    throw unusable(path, '{"username": ..., "key": ...}', 'text that is not JSON')
  }
  const { username, key } = parsed ?? {}
  if (typeof username === 'string' && username !== '' && typeof key === 'string' && key !== '') return { username, key }
  throw unusable(path, '{"username": ..., "key": ...}', 'JSON without both')
}

async function readSecret(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unusable(path, 'a readable file', String((error as { code?: unknown }).code))
  }
}

/** Windows has no such bits; its files are their user's own. */
async function isReadableByOthers(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & 0o044) !== 0
}

function bearer(token: string, origin: string, readableByOthers: boolean): Credentials {
  return checked({ authorization: `Bearer ${token}`, origin, readableByOthers })
}

function basic(user: string, key: string, origin: string, readableByOthers: boolean): Credentials {
  const pair = Buffer.from(`${user}:${key}`, 'utf8').toString('base64')
  return checked({ authorization: `Basic ${pair}`, origin, readableByOthers })
}

/** A token of several lines is no header; it is never shown. */
function checked(credentials: Credentials): Credentials {
  if (/^[\x21-\x7e]+ [\x21-\x7e]+$/.test(credentials.authorization)) return credentials
  throw unusable(credentials.origin, 'a token of visible ASCII characters', 'other characters')
}

function unusable(path: string, expected: string, received: string): DownloadError {
  const message = `Expected ${expected} in ${path} but received ${received}. Create a new token on https://www.kaggle.com/settings/api.`
  return new DownloadError('bad-credentials', message, { path })
}
