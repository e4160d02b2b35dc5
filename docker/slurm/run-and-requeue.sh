#!/bin/bash
# run-and-requeue.sh COMMAND ...: runs a command that resumes where it was stopped. When Slurm stops it with SIGTERM (preemption,
# time limit, a drained node), the command may finish writing, and the job is requeued.
# Exit code 3, some images failed, does not fail the job: each is a row of manifest.csv.
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
