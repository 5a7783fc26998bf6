"""Starts ministack with two of its constants as AWS has them, for tasks that are real containers.

ministack calls the first deployment of a service COMPLETED before any task has run, and one of an update IN_PROGRESS: here both are
IN_PROGRESS, so that its own circuit breaker judges the first as well. And a task counts as healthy when it has run for a while, which
here is longer than a container on a busy machine needs to start and crash."""
import sys

from ministack.app import main
from ministack.services import ecs

_complete = ecs._make_deployment


def _started(*arguments, **keywords):
    return _complete(*arguments, **keywords) | {"rolloutState": "IN_PROGRESS", "rolloutStateReason": "ECS deployment in progress."}


ecs._make_deployment = _started
ecs._ECS_DEPLOYMENT_STEADY_DELAY = 20.0
sys.exit(main())
