/** Reads a configuration file: a JSON object in which no key stands twice. */
import { readFile } from 'node:fs/promises'
import { CommandLineError } from '../command-line-error.ts'
import { receivedText } from './fault-error.ts'
import { findRepeatedKey } from './find-repeated-key.ts'
import { isRecord } from './json-schema.ts'

/** @throws CommandLineError `unreadable-config-file`, `invalid-config-file`, `repeated-key` */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandLineError(
      'unreadable-config-file',
      `Expected a readable file for --config but received ${path} (${reasons[error.code ?? ''] ?? error.code}). Check the path.`,
      { path, reason: error.code },
    )
  })
  const value = parse(text.replace(/^\uFEFF/, ''), path)
  if (!isRecord(value)) {
    throw new CommandLineError(
      'invalid-config-file',
      `Expected a JSON object in ${path} but received ${receivedText(value)}. Put the keys within braces.`,
      { path },
    )
  }
  const repeated = findRepeatedKey(text)
  if (repeated === undefined) return value
  throw new CommandLineError(
    'repeated-key',
    `Expected each key once in ${path} but received ${repeated} twice. Leave one out.`,
    { path, key: repeated },
  )
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'ENOENT: no such file',
  ENOTDIR: 'ENOTDIR: a part of the path is a file, not a folder',
  EISDIR: 'EISDIR: it is a folder',
  EACCES: 'EACCES: permission denied',
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = (error as Error).message.replaceAll(/\s+/g, ' ')
    throw new CommandLineError(
      'invalid-config-file',
      `Expected JSON in ${path} but received: ${reason}. Correct the file.`,
      { path, reason },
    )
  }
}
