"""Alarms are evaluated by the clock, over the metric they name.

MiniStack 1.5.33 evaluates an alarm only when somebody puts a metric datum by API, over all metrics of that name
whatever their dimensions, in one single period, and takes no notice of missing data; it has no metrics of queues, and
refuses a template with a metric-math alarm. AWS evaluates each period of exactly the alarm's metric. The bridge does
so every two seconds, over periods that end now, and records each queue's depth. A metric-math alarm can be deployed;
it stays at INSUFFICIENT_DATA, because nothing here does the mathematics.
"""

import logging
import operator
import threading
import time
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import cloudwatch, sqs
from ministack.services.cloudformation import provisioners

Alarm = dict[str, Any]
_INTERVAL = 2.0  # seconds between evaluations
_QUEUE_PERIOD = 60.0  # seconds: SQS publishes its metrics every minute
_DEPTHS = {
    "ApproximateNumberOfMessagesVisible": "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible": "ApproximateNumberOfMessagesNotVisible",
}
_BREACHES = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_log = logging.getLogger(__name__)
_published: dict[tuple[str, str], tuple[str, float]] = {}


def _values(alarm: Alarm, now: float) -> list[float | None]:
    """The alarm's statistic in each of its periods, newest first; None where there is no data."""
    key = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = list(cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], key)) or [])
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    period = alarm.get("Period", 60)
    values: list[float | None] = []
    for index in range(alarm.get("EvaluationPeriods", 1)):
        end = now - index * period
        within = [point for point in points if end - period < point["Timestamp"] <= end]
        values.append(cloudwatch._stat_value(cloudwatch._calc_stats(within), statistic, within) if within else None)
    return values


def state(alarm: Alarm, values: list[float | None]) -> str:
    """ALARM, OK or INSUFFICIENT_DATA; missing periods count as the alarm says."""
    missing = alarm.get("TreatMissingData", "missing")
    breaches = _BREACHES[alarm["ComparisonOperator"]]
    known = [breaches(value, alarm["Threshold"]) for value in values if value is not None]
    if missing in ("breaching", "notBreaching"):
        known += [missing == "breaching"] * (len(values) - len(known))
    if not known:
        return str(alarm["StateValue"]) if missing == "ignore" else "INSUFFICIENT_DATA"
    return "ALARM" if sum(known) >= (alarm.get("DatapointsToAlarm") or len(values)) else "OK"


def _evaluate(alarm: Alarm) -> None:
    if not alarm.get("MetricName") or alarm.get("ComparisonOperator") not in _BREACHES:
        return
    values = _values(alarm, time.time())
    old, new = alarm["StateValue"], state(alarm, values)
    if new == old:
        return
    reason = f"Threshold Crossed: {values} {alarm['ComparisonOperator']} {alarm['Threshold']}"
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _publish_depth(queue: dict[str, Any]) -> None:
    """Record a queue's depth when it has changed, and every minute."""
    sqs._refresh_counts(queue)
    arn = queue["attributes"]["QueueArn"]
    for metric, attribute in _DEPTHS.items():
        depth, now = queue["attributes"][attribute], time.time()
        last, at = _published.get((arn, metric), ("", 0.0))
        if depth != last or now - at >= _QUEUE_PERIOD:
            _published[arn, metric] = (depth, now)
            cloudwatch.record_metric("AWS/SQS", metric, float(depth), "Count", {"QueueName": arn.rsplit(":", 1)[1]})


def _each(store: Any) -> Any:
    """Every value of a store, with its account and region as those of this thread."""
    for (account, region, _), value in store.all_items():
        _request_account_id.set(account)
        _request_region.set(region)
        yield value


def _tick() -> None:
    for queue in _each(sqs._queues):
        _publish_depth(queue)
    for alarm in _each(cloudwatch._alarms):
        _evaluate(alarm)


def _clock() -> None:
    while True:
        time.sleep(_INTERVAL)
        try:
            _tick()
        except Exception:
            _log.exception("The evaluation of alarms failed; it goes on")


def _deployable_metric_math() -> None:
    upstream = provisioners._cw_metric_alarm_record

    def record(name: str, properties: dict[str, Any]) -> Alarm:
        if not properties.get("Metrics"):
            alarm: Alarm = upstream(name, properties)
            return alarm
        single = {key: value for key, value in properties.items() if key != "Metrics"}
        single = {"Threshold": 0, **single, "MetricName": "none", "Namespace": "none"}
        stored: Alarm = upstream(name, single)
        return stored | {"MetricName": None, "Namespace": None, "Metrics": properties["Metrics"]}

    provisioners._cw_metric_alarm_record = record


def install() -> None:
    """Replace MiniStack's evaluation, and start the clock."""
    cloudwatch._evaluate_alarm = _evaluate
    _deployable_metric_math()
    threading.Thread(target=_clock, name="yafdp-alarms", daemon=True).start()
