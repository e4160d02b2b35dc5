/** Where the values of a configuration came from, so that an error can name the flag or the file that is to be changed. */

type Path = readonly PropertyKey[]

/** Where the values of a configuration came from, for the texts of errors. */
export interface ConfigSources {
  /** What gave the value of a key, for example `--lr` or `training.lr in a.json`. */
  nameOf(path: Path): string
  /** What gave an unknown key, for example `--option` or `a.json`. */
  originOf(path: Path): string
  /** What to type to give a key a value, for example `--schedule cosine`. */
  howToGive(path: Path, value: string): string
}

/** Of a configuration that a program passed. */
export const inputSources: ConfigSources = {
  nameOf: (path) => (path.length === 0 ? 'the configuration' : `${path.join('.')} in the configuration`),
  originOf: () => 'the configuration',
  howToGive: (path, value) => `${path.join('.')}: ${JSON.stringify(value)}`,
}

/** A value from the command line: the flag as it was typed, for example `--lr` or `--option training.lr`. */
export interface GivenValue {
  readonly path: readonly string[]
  readonly flag: string
  readonly value: unknown
}

/** Of a configuration file and what the command line gave over it. */
export function commandLineSources(
  file: string | undefined,
  given: readonly GivenValue[],
  flags: Readonly<Record<string, string>>,
): ConfigSources {
  const sourceOf = (path: Path) => given.find(({ path: own }) => isWithin(path, own))
  const flagOf = (path: Path) => flags[path.join('.')]?.split(' ')[0] ?? `--option ${path.join('.')}`
  return {
    nameOf(path) {
      const source = sourceOf(path)
      if (source === undefined) return file === undefined ? flagOf(path) : `${path.join('.') || 'all of it'} in ${file}`
      const isWhole = source.path.join('.') === path.join('.')
      return isWhole || source.flag.endsWith(` ${path.join('.')}`) ? source.flag : `${path.join('.')} of ${source.flag}`
    },
    originOf(path) {
      const source = sourceOf(path) ?? given.find(({ path: own }) => isWithin(own, path))
      return source?.flag.split(' ')[0] ?? file ?? 'the command line'
    },
    howToGive(path, value) {
      const flag = flagOf(path)
      return flag.startsWith('--option') ? `${flag}=${value}` : `${flag} ${value}`
    },
  }
}

/** Whether a path is another one or lies below it. */
function isWithin(path: Path, other: Path): boolean {
  return other.length <= path.length && other.every((key, index) => String(path[index]) === key)
}
