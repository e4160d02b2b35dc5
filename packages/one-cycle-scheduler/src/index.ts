export { type CosineWithWarmupOptions, cosineWithWarmup } from './cosine-with-warmup.ts'
export { type CreateScheduleOptions, createSchedule, type NamedSchedule, type Schedule } from './create-schedule.ts'
export { type CyclicLrOptions, cyclicLr } from './cyclic-lr.ts'
export { type OneCycleLrOptions, oneCycleLr, type ScheduleValue } from './one-cycle-lr.ts'
export {
  createReduceLrOnPlateau,
  type PlateauState,
  type ReduceLrOnPlateauOptions,
  reduceLrOnPlateau,
} from './reduce-lr-on-plateau.ts'
export { ScheduleError } from './schedule-error.ts'
