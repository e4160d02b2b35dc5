/** Properties draw the same values in every run, so that a failure repeats; `MAMMOKIT_TEST_SEED` draws others. */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env.MAMMOKIT_TEST_SEED) })
