"""CloudFormation's own description of its answers (botocore's service model): what a program for the AWS CLI expects to read."""
from datetime import datetime

import botocore.session

MODEL = botocore.session.get_session().get_service_model("cloudformation")


def problems(operation, answer):
    """What is wrong with an answer: members that the service does not know, that are missing, or that have another type."""
    return list(_problems(MODEL.operation_model(operation).output_shape, answer, operation))


def more_words(shape):
    """In a stack's own events the service uses a stack's words, as the recordings show, which its model does not list there."""
    return MODEL.shape_for("StackStatus").enum if shape.name == "ResourceStatus" else []


def _problems(shape, value, place):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            yield f"{place} is no structure: {value!r}"
            return
        for name in value.keys() - shape.members.keys():
            yield f"{place}/{name} is unknown"
        for name in set(shape.required_members) - value.keys():
            yield f"{place}/{name} is missing"
        for name in value.keys() & shape.members.keys():
            yield from _problems(shape.members[name], value[name], f"{place}/{name}")
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{place} is no list: {value!r}"
            return
        for number, element in enumerate(value):
            yield from _problems(shape.member, element, f"{place}/{number}")
    elif kind == "timestamp":
        try:
            assert datetime.fromisoformat(value).tzinfo is not None
        except (AssertionError, TypeError, ValueError):
            yield f"{place} is no time: {value!r}"
    elif kind == "string":
        if not isinstance(value, str):
            yield f"{place} is no text: {value!r}"
        elif shape.enum and value not in shape.enum + more_words(shape):
            yield f"{place} is none of {shape.enum}: {value!r}"
    elif not isinstance(value, {"boolean": bool, "integer": int}[kind]):
        yield f"{place} is no {kind}: {value!r}"
