"""What a run was made from, as TensorBoard's HPARAMS tab compares it with what came of it.

The tab takes each metric's last value from the run's scalars. TensorBoard's own functions for this import
TensorFlow; its messages do not.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from google.protobuf.message import Message
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2

from core.report.scalars.own_scalars import TEST_ACCURACY, TEST_LOSS, TRAIN_ACCURACY, TRAIN_LOSS
from core.runs.run_state import Outcome, RunState

_METRICS: Final = {
    TEST_ACCURACY: "test accuracy",
    TEST_LOSS: "test loss",
    TRAIN_ACCURACY: "train accuracy",
    TRAIN_LOSS: "train loss",
}
_STATUS: Final = {
    Outcome.FINISHED: api_pb2.STATUS_SUCCESS,
    Outcome.WAITING: api_pb2.STATUS_UNKNOWN,
    Outcome.RUNNING: api_pb2.STATUS_RUNNING,
}

Hyperparameter = bool | float | str


def hyperparameters(state: RunState) -> dict[str, Hyperparameter]:
    """Return a run's settings and, over them, its recipe by name; what is not set is left out."""
    if state.started is None:
        return {}
    found: dict[str, object] = {}
    for part in (state.started.config, state.started.recipe):
        found |= {field.name: getattr(part, field.name) for field in fields(part)}
    del found["edits"]  # the recipe has them
    return {
        name: value if isinstance(value, bool | int | float) else str(value)
        for name, value in found.items()
        if value is not None
    }


def experiment(states: Sequence[RunState]) -> Summary:
    """Return what there is to compare in all of `states`."""
    values: dict[str, list[Hyperparameter]] = {}
    for state in states:
        for name, value in hyperparameters(state).items():
            values.setdefault(name, []).append(value)
    told = api_pb2.Experiment(
        hparam_infos=[
            api_pb2.HParamInfo(name=name, type=_type(given), differs=len(set(given)) > 1)
            for name, given in values.items()
        ],
        metric_infos=[
            api_pb2.MetricInfo(name=api_pb2.MetricName(tag=tag), display_name=words)
            for tag, words in _METRICS.items()
        ],
    )
    return _summary(metadata.EXPERIMENT_TAG, experiment=told)


def session(state: RunState) -> Summary:
    """Return what a run was made from, and how it ended."""
    start = plugin_data_pb2.SessionStartInfo(start_time_secs=state.started_at or 0.0)
    for name, value in hyperparameters(state).items():
        match value:
            case bool():
                start.hparams[name].bool_value = value
            case str():
                start.hparams[name].string_value = value
            case _:
                start.hparams[name].number_value = value
    summary = _summary(metadata.SESSION_START_INFO_TAG, session_start_info=start)
    status = _STATUS.get(state.outcome, api_pb2.STATUS_FAILURE)
    end = plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=state.updated_at or 0.0)
    summary.MergeFrom(_summary(metadata.SESSION_END_INFO_TAG, session_end_info=end))
    return summary


def _type(values: Sequence[Hyperparameter]) -> int:
    """Return the type of a hyperparameter of several runs, which have it alike."""
    match values[0]:
        case bool():
            return int(api_pb2.DATA_TYPE_BOOL)
        case str():
            return int(api_pb2.DATA_TYPE_STRING)
        case _:
            return int(api_pb2.DATA_TYPE_FLOAT64)


def _summary(tag: str, **content: Message) -> Summary:
    data = metadata.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**content))
    return Summary(value=[Summary.Value(tag=tag, metadata=data, tensor=metadata.NULL_TENSOR)])
