/** Properties draw the same values in every run, so that a failure repeats; `FAST_CHECK_SEED` draws others. */
import { configureGlobal } from 'fast-check'

configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20261123) })
