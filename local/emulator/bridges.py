"""Which bridges there are, and which of them this emulator gets."""

from importlib import import_module

# In this order: live_code builds on python_runtime, faults keep what they hold out of sandboxes, state_machines builds
# on execution_redrive, execution_slots on both; the others are independent.
ALL = (
    "nagle",
    "python_runtime",
    "live_code",
    "sandboxes",
    "faults",
    "rest_import",
    "gateway_errors",
    "function_errors",
    "http_proxy",
    "stream_mapping",
    "yaml_definitions",
    "execution_redrive",
    "state_machines",
    "execution_slots",
    "task_states",
    "parallel_states",
    "parse_caches",
    "queue_redrive",
    "batch_permissions",
    "mail_sending",
    "email_subscriptions",
    "text_messages",
    "comprehend",
    "table_ttl",
    "reserved_concurrency",
    "event_archive",
    "asynchronous_invocation",
    "websocket",
    "log_metrics",
    "alarms",
)


def selected(names: str | None) -> tuple[str, ...]:
    """The bridges that `YAFDP_BRIDGES` asks for: all when unset, none for `none`. SystemExit for an unknown one."""
    if names is None:
        return ALL
    wanted = {name.strip() for name in names.split(",") if name.strip()} - {"none"}
    if unknown := wanted - set(ALL):
        raise SystemExit(f"YAFDP_BRIDGES names no such bridge: {', '.join(sorted(unknown))}")
    return tuple(name for name in ALL if name in wanted)


def install(names: str | None) -> None:
    """Install the selected bridges, in the order of `ALL`."""
    for name in selected(names):
        import_module(f"local.emulator.{name}").install()
