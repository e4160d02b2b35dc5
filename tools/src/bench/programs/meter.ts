export interface Metered {
  /** Seconds by the clock. */
  readonly clock: number
  /** Seconds of all threads of this process. */
  readonly processor: number
}

/** What has passed since, whenever it is asked. */
export function startMeter(): () => Metered {
  const [begin, before] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(before)
    return { clock: (performance.now() - begin) / 1000, processor: (user + system) / 1e6 }
  }
}
