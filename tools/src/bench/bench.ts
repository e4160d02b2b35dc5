/** `npm run bench -- NAME`: measures us against the peers that this machine has; the last line is one JSON object. */
import { type Benchmark, type BenchmarkResult, measure } from './benchmark.ts'

const benchmarks: Record<string, () => Promise<readonly Benchmark[]>> = {
  bfloat16: async () => {
    await (await import('./bfloat16.ts')).compareGradients()
    return []
  },
  'dicom-decode': async () => (await import('./dicom-decode.ts')).dicomDecodeBenchmarks(process.argv.slice(3)),
  download: async () => [(await import('./download.ts')).download],
  evaluate: async () => (await import('./evaluate.ts')).evaluateBenchmarks(process.argv.slice(3)),
  inference: async () => (await import('./inference.ts')).inferenceBenchmarks(),
  machine: async () => (await import('./machine.ts')).machine,
  overhead: async () => (await import('./overhead.ts')).overheadBenchmarks(),
  pf1: async () => [(await import('./pf1.ts')).pf1],
  preprocess: async () => (await import('./preprocess.ts')).preprocessBenchmarks(process.argv.slice(3)),
  programs: async () => (await import('./programs.ts')).programBenchmarks(process.argv.slice(3)),
  recompute: async () => (await import('./recompute.ts')).recomputeBenchmarks(),
  select: async () => (await import('./evaluate.ts')).evaluateBenchmarks().then(([select]) => [select]),
  serve: async () => {
    await (await import('./serve.ts')).serveBenchmark(process.argv.slice(3))
    return []
  },
  'small-step': async () => (await import('./small-step.ts')).smallStepBenchmarks(),
  study: async () => (await import('./study.ts')).studyBenchmarks(process.argv.slice(3)),
  validate: async () => (await import('./validate.ts')).validateBenchmarks(process.argv.slice(3)),
  training: async () => {
    await (await import('./training/training.ts')).trainingBenchmark(process.argv.slice(3))
    return []
  },
  'train-step': async () => (await import('./train-step.ts')).trainStepBenchmarks(),
}

const name = process.argv[2] ?? ''
if (!(name in benchmarks)) {
  console.error(
    `Expected a benchmark (${Object.keys(benchmarks).join(', ')}) but received '${name}'. Try: npm run bench -- pf1`,
  )
  process.exit(2)
}
for (const benchmark of await benchmarks[name]()) {
  console.log(`${benchmark.name}: ${benchmark.shape}`)
  printResult(await measure(benchmark, (line) => console.log(`  ${line}`)), benchmark)
}

function printResult(result: BenchmarkResult, { work }: Benchmark): void {
  const timed = (seconds: number) => ({ seconds, ...(work && { [`${work.unit}/s`]: work.amount / seconds }) })
  console.table({
    mammokit: timed(result.ours),
    ...Object.fromEntries(
      Object.entries(result.peers).map(([peer, seconds]) => [
        peer,
        { ...timed(seconds), 'peer / ours': result.ratio[peer] },
      ]),
    ),
    ...Object.fromEntries(Object.entries(result.missing).map(([peer, reason]) => [peer, { 'left out': reason }])),
  })
  console.log(JSON.stringify(result))
}
