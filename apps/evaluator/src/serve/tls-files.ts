/** Files of certificates and keys that flags name. */
import { readInputFile } from '@mammokit/atomic-files'
import { CommandLineError } from '@mammokit/command-line'

export interface CertificatePaths {
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly ca?: string | undefined
}

export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly ca?: string
}

/**
 * What a server shows, and whose certificates it asks for: undefined without any of them.
 *
 * @param prefix of the flags, such as `--dicom-tls`
 * @throws {CommandLineError} `invalid-value`; FileError for a file that cannot be read
 */
export async function readServerTls(prefix: string, paths: CertificatePaths): Promise<Certificate | undefined> {
  const own = await readCertificate(prefix, paths)
  if (paths.ca === undefined) return own
  if (own === undefined) throw missing(`${prefix}-cert`, `${prefix}-ca`)
  return { ...own, ca: await readText(paths.ca) }
}

/**
 * Whose certificates servers must have, and what is shown to those that ask: undefined without any of them.
 *
 * @throws {CommandLineError} `invalid-value`; FileError for a file that cannot be read
 */
export async function readClientTls(
  prefix: string,
  paths: CertificatePaths,
): Promise<{ readonly ca: string; readonly cert?: string; readonly key?: string } | undefined> {
  const own = await readCertificate(prefix, paths)
  if (paths.ca !== undefined) return { ...own, ca: await readText(paths.ca) }
  if (own !== undefined) throw missing(`${prefix}-ca`, `${prefix}-cert`)
  return undefined
}

async function readCertificate(prefix: string, { cert, key }: CertificatePaths) {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw missing(`${prefix}-cert`, `${prefix}-key`)
  if (key === undefined) throw missing(`${prefix}-key`, `${prefix}-cert`)
  return { cert: await readText(cert), key: await readText(key) }
}

const readText = async (path: string): Promise<string> => String(await readInputFile(path, 'Check the path.'))

function missing(flag: string, given: string): CommandLineError {
  const message = `Expected ${flag} beside ${given} for TLS but received none. Give both files.`
  return new CommandLineError('invalid-value', message, { missing: flag })
}
