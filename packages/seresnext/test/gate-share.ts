/** All of what a test is repeated for in `npm run nightly`; in the gate one in `parts`, drawn by `MAMMOKIT_TEST_SEED`. */
export function gateShare<One>(all: readonly One[], parts: number): readonly One[] {
  if (process.env.MAMMOKIT_NIGHTLY === '1') return all
  const drawn = Number(process.env.MAMMOKIT_TEST_SEED) % parts
  return all.filter((_, index) => index % parts === drawn)
}
