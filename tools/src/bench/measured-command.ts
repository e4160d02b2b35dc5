/** Loaded before a command by `node --import`: says on stderr what the process took, when it ends. */
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const cpu = ((userCPUTime + systemCPUTime) / 1e6).toFixed(2)
  process.stderr.write(`  ${cpu} CPU seconds, peak memory ${Math.round(maxRSS / 1024)} MiB\n`)
})
