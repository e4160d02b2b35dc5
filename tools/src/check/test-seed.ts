/** The seed of everything that tests draw: the same in every run of the gate, so that a failure repeats. */
export const testSeed = process.env.MAMMOKIT_TEST_SEED ?? '20261123'
