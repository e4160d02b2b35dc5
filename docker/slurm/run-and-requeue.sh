#!/bin/bash
# run-and-requeue.sh COMMAND ...: runs a command that continues where it was stopped. Where Slurm stops it (preemption, the
# end of its time, a node that is to be drained: SIGTERM), it gets its time to write what it has, and the job is queued again.
# Exit code 3, some images became no picture, is no failure of the job: each is a row of manifest.csv.
stopped=no
trap 'stopped=yes; kill -TERM "$program" 2>/dev/null' TERM
"$@" &
program=$!
wait "$program"
status=$?
while kill -0 "$program" 2>/dev/null; do
  wait "$program"
  status=$?
done
if [ "$stopped" = yes ] && [ "$status" = 143 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
  # Slurm ends this script while it requeues the job.
  sleep 60
fi
[ "$status" = 3 ] || exit "$status"
