export { joinProcessGroup, type ProcessGroupOptions } from './join-process-group.ts'
export { type Addends, type ProcessGroup, singleProcess } from './process-group.ts'
export { ProcessGroupError, type ProcessGroupErrorCode } from './process-group-error.ts'
