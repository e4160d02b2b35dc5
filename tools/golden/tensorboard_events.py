"""Records packages/training-run/test/fixtures/scalars.tfevents with TensorBoard's own record writer.

python tools/golden/tensorboard_events.py   (tensorboard 2.21.0, protobuf 7.36.2)
"""

from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

target = Path(__file__).parents[2] / "packages/training-run/test/fixtures/scalars.tfevents"
values = [
    Summary.Value(tag="train/loss", simple_value=0.5),
    Summary.Value(tag="train/lr", simple_value=3e-4),
]
with target.open("wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=1700000000.25, file_version="brain.Event:2").SerializeToString())
    writer.write(Event(wall_time=1700000001.5, step=300, summary=Summary(value=values)).SerializeToString())
