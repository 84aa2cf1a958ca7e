"""The manifests have the fields that Kubernetes knows, by the types of its own Python client."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

client = pytest.importorskip("kubernetes.client", reason="the package kubernetes is not installed")

MODELS = {
    "Namespace": "V1Namespace",
    "ConfigMap": "V1ConfigMap",
    "PersistentVolumeClaim": "V1PersistentVolumeClaim",
    "Deployment": "V1Deployment",
    "Service": "V1Service",
    "Ingress": "V1Ingress",
}
PARTS = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8")))


def unknown(value: Any, kind: str, where: str) -> list[str]:
    """Return where `value` has a field that the type `kind` does not know, or a value of another type."""
    if inner := re.fullmatch(r"list\[(.+)\]", kind):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [wrong for n, one in enumerate(value) for wrong in unknown(one, inner[1], f"{where}[{n}]")]
    if inner := re.fullmatch(r"dict\(str, (.+)\)|dict\[str, (.+)\]", kind):
        one_kind = inner[1] or inner[2]
        return [wrong for key, one in value.items() for wrong in unknown(one, one_kind, f"{where}.{key}")]
    model = getattr(client, kind, None)
    if model is None:
        known = {"str": str, "int": int, "bool": bool}.get(kind, object)
        return [] if isinstance(value, known) else [f"{where}: {value!r} is no {kind}"]
    names = {json: python for python, json in model.attribute_map.items()}
    found = [f"{where}.{key}" for key in value if key not in names]
    for key, one in value.items():
        if key in names:
            found += unknown(one, model.openapi_types[names[key]], f"{where}.{key}")
    model(**{names[key]: one for key, one in value.items() if key in names})  # raises where a required field is missing
    return found


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["kind"])
def test_every_field_is_one_that_kubernetes_knows(part: dict[str, Any]) -> None:
    assert unknown(part, MODELS[part["kind"]], part["kind"]) == []


def test_a_misspelt_field_is_found() -> None:
    assert unknown({"metadata": {"nam": "x"}}, "V1Service", "Service") == ["Service.metadata.nam"]
    assert unknown({"spec": {"replicas": "1"}}, "V1Scale", "Scale") == ["Scale.spec.replicas: '1' is no int"]
