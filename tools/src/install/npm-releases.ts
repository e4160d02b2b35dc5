/** The npm releases that must accept package-lock.json: the one that each supported Node.js brings, and the newest. */
export interface NpmRelease {
  readonly version: string
  /** Whether it runs on a Node.js of the workspace's `engines`. @default every one */
  readonly runsOn?: (major: number, minor: number) => boolean
}

export const npmReleases: readonly NpmRelease[] = [
  { version: '10.8.2' }, // Node 20
  { version: '10.9.4' }, // Node 22
  { version: '11' }, // Node 24
  {
    version: '12',
    runsOn: (major, minor) => (major === 22 && minor > 22) || (major === 24 && minor >= 15) || major >= 26,
  },
]

/** The release that writes package-lock.json: the oldest, because newer ones accept what it writes but not the reverse. */
export const lockWriter: NpmRelease = npmReleases[0]

/** Whether a release of npm runs on a Node.js version, such as `22.23.3`. */
export function canRun({ runsOn }: NpmRelease, nodeVersion: string): boolean {
  const [major, minor] = nodeVersion.split('.').map(Number)
  return runsOn === undefined || runsOn(major, minor)
}
