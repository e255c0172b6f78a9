"""The bodies that the Lab sends, as JSON schemas (protocol/src/lab.ts)."""

# Generated from protocol/src by `jlpm generate`: do not edit.

from __future__ import annotations

from typing import Any

REQUESTS: dict[str, dict[str, Any]] = {
    "PrepareRequest": {
        "type": "object",
        "required": (
            "path",
            "content",
            "kernel",
            "target",
            "overrides",
            "types",
            "ticked",
            "files_mode",
            "exclude",
            "include",
            "outputs",
            "deliver_to",
        ),
        "properties": {
            "path": {
                "type": "string",
                "description": "path for the server's contents manager",
            },
            "content": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/NotebookContent",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "the notebook on screen, without outputs; null: read it by path",
            },
            "kernel": {
                "anyOf": (
                    {
                        "type": "string",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "kernelspec name; null: the notebook says",
            },
            "target": {
                "anyOf": (
                    {
                        "type": "string",
                    },
                    {
                        "type": "null",
                    },
                ),
            },
            "overrides": {
                "type": "object",
                "patternProperties": {
                    "^.*$": {
                        "type": "string",
                    },
                },
                "description": "the user's texts by parameter name",
            },
            "types": {
                "type": "object",
                "patternProperties": {
                    "^.*$": {
                        "$ref": "#/$defs/BaseType",
                    },
                },
                "description": "types that the user picked for untyped parameters",
            },
            "ticked": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "suggested names that the user declared",
            },
            "files_mode": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/FilesMode",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: the notebook says, else snapshot",
            },
            "exclude": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "files and folders to leave out, relative to the root",
            },
            "include": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "to take although an ignore file names them",
            },
            "outputs": {
                "anyOf": (
                    {
                        "type": "array",
                        "items": {
                            "$ref": "#/$defs/OutputRule",
                        },
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: the notebook says",
            },
            "deliver_to": {
                "anyOf": (
                    {
                        "type": "string",
                        "minLength": 1,
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "existing folder for the results, relative to the notebook's; null: the notebook says, else beside it",
            },
            "resources": {
                "$ref": "#/$defs/Resources",
            },
            "runtime": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/Runtime",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: as-is; absent: the notebook says",
            },
            "time_limit": {
                "anyOf": (
                    {
                        "type": "integer",
                        "minimum": 1,
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "seconds",
            },
        },
        "additionalProperties": False,
        "$defs": {
            "NotebookContent": {
                "type": "object",
                "required": (
                    "cells",
                    "metadata",
                    "nbformat",
                    "nbformat_minor",
                ),
                "properties": {
                    "cells": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                            },
                            "additionalProperties": True,
                        },
                    },
                    "metadata": {
                        "type": "object",
                        "properties": {
                        },
                        "additionalProperties": True,
                    },
                    "nbformat": {
                        "type": "number",
                        "const": 4,
                    },
                    "nbformat_minor": {
                        "type": "integer",
                        "minimum": 0,
                    },
                },
                "additionalProperties": True,
            },
            "BaseType": {
                "enum": (
                    "bool",
                    "int",
                    "float",
                    "str",
                    "null",
                    "list",
                    "dict",
                    "date",
                    "path",
                    "enum",
                ),
            },
            "FilesMode": {
                "enum": (
                    "snapshot",
                    "in-place",
                    "none",
                ),
            },
            "OutputRule": {
                "type": "object",
                "required": (
                    "glob",
                    "min_bytes",
                ),
                "properties": {
                    "glob": {
                        "type": "string",
                        "minLength": 1,
                    },
                    "min_bytes": {
                        "type": "integer",
                        "minimum": 0,
                    },
                },
                "additionalProperties": False,
            },
            "Resources": {
                "type": "object",
                "properties": {
                    "partition": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "where in the cluster",
                    },
                    "account": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "who pays",
                    },
                    "qos": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "quality of service",
                    },
                    "nodes": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "how many",
                    },
                    "tasks": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "how many processes",
                    },
                    "cpus": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "for each task",
                    },
                    "memory": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "on each node: 4G, 512M",
                    },
                    "gpus": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "in all: 2, or a100:2",
                    },
                    "constraint": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "features that the nodes shall have",
                    },
                    "reservation": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "that was made for the run",
                    },
                },
                "additionalProperties": False,
            },
            "Runtime": {
                "type": "object",
                "required": (
                    "kind",
                    "path",
                ),
                "properties": {
                    "kind": {
                        "enum": (
                            "virtualenv",
                            "conda",
                        ),
                    },
                    "path": {
                        "type": "string",
                        "maxLength": 4096,
                        "description": "its folder; of a conda environment also its name (no '/')",
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "SubmitRequest": {
        "type": "object",
        "required": (
            "path",
            "content",
            "kernel",
            "target",
            "overrides",
            "types",
            "ticked",
            "files_mode",
            "exclude",
            "include",
            "outputs",
            "deliver_to",
            "label",
            "time_limit",
            "shown",
            "plan_id",
            "confirmed",
        ),
        "properties": {
            "path": {
                "type": "string",
                "description": "path for the server's contents manager",
            },
            "content": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/NotebookContent",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "the notebook on screen, without outputs; null: read it by path",
            },
            "kernel": {
                "anyOf": (
                    {
                        "type": "string",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "kernelspec name; null: the notebook says",
            },
            "target": {
                "anyOf": (
                    {
                        "type": "string",
                    },
                    {
                        "type": "null",
                    },
                ),
            },
            "overrides": {
                "type": "object",
                "patternProperties": {
                    "^.*$": {
                        "type": "string",
                    },
                },
                "description": "the user's texts by parameter name",
            },
            "types": {
                "type": "object",
                "patternProperties": {
                    "^.*$": {
                        "$ref": "#/$defs/BaseType",
                    },
                },
                "description": "types that the user picked for untyped parameters",
            },
            "ticked": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "suggested names that the user declared",
            },
            "files_mode": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/FilesMode",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: the notebook says, else snapshot",
            },
            "exclude": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "files and folders to leave out, relative to the root",
            },
            "include": {
                "type": "array",
                "items": {
                    "type": "string",
                },
                "description": "to take although an ignore file names them",
            },
            "outputs": {
                "anyOf": (
                    {
                        "type": "array",
                        "items": {
                            "$ref": "#/$defs/OutputRule",
                        },
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: the notebook says",
            },
            "deliver_to": {
                "anyOf": (
                    {
                        "type": "string",
                        "minLength": 1,
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "existing folder for the results, relative to the notebook's; null: the notebook says, else beside it",
            },
            "resources": {
                "$ref": "#/$defs/Resources",
            },
            "runtime": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/Runtime",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "null: as-is; absent: the notebook says",
            },
            "label": {
                "anyOf": (
                    {
                        "type": "string",
                        "maxLength": 200,
                    },
                    {
                        "type": "null",
                    },
                ),
            },
            "time_limit": {
                "anyOf": (
                    {
                        "type": "integer",
                        "minimum": 1,
                    },
                    {
                        "type": "null",
                    },
                ),
            },
            "shown": {
                "type": "array",
                "items": {
                    "$ref": "#/$defs/ShownValue",
                },
                "description": "the values that the dialog showed",
            },
            "plan_id": {
                "type": "string",
            },
            "confirmed": {
                "type": "boolean",
            },
        },
        "additionalProperties": False,
        "$defs": {
            "NotebookContent": {
                "type": "object",
                "required": (
                    "cells",
                    "metadata",
                    "nbformat",
                    "nbformat_minor",
                ),
                "properties": {
                    "cells": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                            },
                            "additionalProperties": True,
                        },
                    },
                    "metadata": {
                        "type": "object",
                        "properties": {
                        },
                        "additionalProperties": True,
                    },
                    "nbformat": {
                        "type": "number",
                        "const": 4,
                    },
                    "nbformat_minor": {
                        "type": "integer",
                        "minimum": 0,
                    },
                },
                "additionalProperties": True,
            },
            "BaseType": {
                "enum": (
                    "bool",
                    "int",
                    "float",
                    "str",
                    "null",
                    "list",
                    "dict",
                    "date",
                    "path",
                    "enum",
                ),
            },
            "FilesMode": {
                "enum": (
                    "snapshot",
                    "in-place",
                    "none",
                ),
            },
            "OutputRule": {
                "type": "object",
                "required": (
                    "glob",
                    "min_bytes",
                ),
                "properties": {
                    "glob": {
                        "type": "string",
                        "minLength": 1,
                    },
                    "min_bytes": {
                        "type": "integer",
                        "minimum": 0,
                    },
                },
                "additionalProperties": False,
            },
            "Resources": {
                "type": "object",
                "properties": {
                    "partition": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "where in the cluster",
                    },
                    "account": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "who pays",
                    },
                    "qos": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "quality of service",
                    },
                    "nodes": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "how many",
                    },
                    "tasks": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "how many processes",
                    },
                    "cpus": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "for each task",
                    },
                    "memory": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "on each node: 4G, 512M",
                    },
                    "gpus": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "in all: 2, or a100:2",
                    },
                    "constraint": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "features that the nodes shall have",
                    },
                    "reservation": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "that was made for the run",
                    },
                },
                "additionalProperties": False,
            },
            "Runtime": {
                "type": "object",
                "required": (
                    "kind",
                    "path",
                ),
                "properties": {
                    "kind": {
                        "enum": (
                            "virtualenv",
                            "conda",
                        ),
                    },
                    "path": {
                        "type": "string",
                        "maxLength": 4096,
                        "description": "its folder; of a conda environment also its name (no '/')",
                    },
                },
                "additionalProperties": False,
            },
            "ShownValue": {
                "type": "object",
                "required": (
                    "name",
                    "text",
                ),
                "properties": {
                    "name": {
                        "type": "string",
                    },
                    "text": {
                        "type": "string",
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "ValuesRequest": {
        "type": "object",
        "required": (
            "path",
            "content",
            "name",
            "text",
        ),
        "properties": {
            "path": {
                "type": "string",
                "description": "path for the server's contents manager",
            },
            "content": {
                "anyOf": (
                    {
                        "$ref": "#/$defs/NotebookContent",
                    },
                    {
                        "type": "null",
                    },
                ),
                "description": "the notebook on screen, without outputs; null: read it by path",
            },
            "name": {
                "type": "string",
                "description": "of the file, whose suffix tells the format; \"lines\": NAME=VALUE lines",
            },
            "text": {
                "type": "string",
            },
        },
        "additionalProperties": False,
        "$defs": {
            "NotebookContent": {
                "type": "object",
                "required": (
                    "cells",
                    "metadata",
                    "nbformat",
                    "nbformat_minor",
                ),
                "properties": {
                    "cells": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                            },
                            "additionalProperties": True,
                        },
                    },
                    "metadata": {
                        "type": "object",
                        "properties": {
                        },
                        "additionalProperties": True,
                    },
                    "nbformat": {
                        "type": "number",
                        "const": 4,
                    },
                    "nbformat_minor": {
                        "type": "integer",
                        "minimum": 0,
                    },
                },
                "additionalProperties": True,
            },
        },
    },
}
