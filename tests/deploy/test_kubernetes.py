"""The manifests have the fields that Kubernetes knows, by the types of its own Python client."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

client = pytest.importorskip("kubernetes.client", reason="the package kubernetes is not installed")
if not hasattr(client.V1Service, "model_validate"):
    pytest.skip("this version of the package kubernetes does not check fields", allow_module_level=True)

PARTS: list[dict[str, Any]] = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text("utf-8")))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["kind"])
def test_every_field_is_one_that_kubernetes_knows(part: dict[str, Any]) -> None:
    getattr(client, f"V1{part['kind']}").model_validate(part)


@pytest.mark.parametrize("broken", [{"replica": 1}, {"replicas": "many"}, {"template": {"spec": {"container": []}}}])
def test_a_misspelt_field_and_a_wrong_value_are_found(broken: dict[str, Any]) -> None:
    (deployment,) = [part for part in PARTS if part["kind"] == "Deployment"]
    with pytest.raises(ValueError, match="validation error"):
        client.V1Deployment.model_validate({**deployment, "spec": {**deployment["spec"], **broken}})
