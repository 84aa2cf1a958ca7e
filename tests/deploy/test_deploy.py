"""What stands in deploy/ fits the program: settings, ports, paths, metrics; and each tool that is here accepts it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.delivery.metrics import Gauges, Metrics
from bot.dialogue.reply import Decision
from bot.settings import Address, Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "hebi-bot.service"
SETTINGS = {name.upper() for name in Settings.model_fields}


def tool(name: str) -> str:
    """Return the program `name`, or skip."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def ran(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


EXAMPLE = re.findall(r"^#?([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)


def test_the_example_of_settings_names_every_setting_once() -> None:
    assert sorted(name for name, _ in EXAMPLE) == sorted(SETTINGS)


@pytest.mark.parametrize(("name", "value"), EXAMPLE)
def test_what_the_example_calls_a_default_is_the_default(name: str, value: str) -> None:
    default = Settings.model_fields[name.lower()].default
    if isinstance(default, Address):
        assert value == f"{default.host}:{default.port}"
    else:
        assert value == ("" if default in (None, ()) else str(default))


COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
PODS: dict[str, dict[str, Any]] = {
    part["kind"]: part for part in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
}
POD: dict[str, Any] = PODS["Deployment"]["spec"]["template"]["spec"]
BOX: dict[str, Any] = POD["containers"][0]


def test_compose_and_kubernetes_set_only_settings_that_there_are() -> None:
    assert set(COMPOSE["services"]["bot"]["environment"]) <= SETTINGS
    assert set(PODS["ConfigMap"]["data"]) <= SETTINGS
    for given in (COMPOSE["services"]["bot"]["environment"], PODS["ConfigMap"]["data"]):
        assert given["ADMIN_PORT"] == "0.0.0.0:8081"
        assert given["WEBHOOK_LISTEN"] == "0.0.0.0:8082"


def test_the_container_is_not_root_and_can_write_only_where_it_must() -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER bot$", image, re.MULTILINE)
    user = int(re.findall(r"useradd --uid (\d+)", image)[0])
    bot = COMPOSE["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert (bot["volumes"], bot["tmpfs"]) == (["data:/data"], ["/tmp"])
    assert POD["securityContext"]["runAsUser"] == user
    assert POD["securityContext"]["runAsNonRoot"] is True
    inside = BOX["securityContext"]
    assert (inside["readOnlyRootFilesystem"], inside["allowPrivilegeEscalation"]) == (True, False)
    assert inside["capabilities"] == {"drop": ["ALL"]}
    assert {mount["mountPath"] for mount in BOX["volumeMounts"]} == {"/data", "/tmp"}


def test_one_bot_at_a_time_asks_with_the_token_and_services_set_no_setting() -> None:
    deployment = PODS["Deployment"]["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert POD["enableServiceLinks"] is False
    assert PODS["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteOncePod"]


def test_probes_ask_the_pages_that_there_are() -> None:
    ports = {port["name"]: port["containerPort"] for port in BOX["ports"]}
    for kind, path in {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}.items():
        assert BOX[kind]["httpGet"] == {"path": path, "port": "operations"}
    assert ports == {"operations": 8081, "webhook": 8082}
    assert {port["targetPort"] for port in PODS["Service"]["spec"]["ports"]} == set(ports)
    training = BOX["startupProbe"]["periodSeconds"] * BOX["startupProbe"]["failureThreshold"]
    assert training >= 300, "the first start trains before its pages are there"


def test_the_image_holds_every_folder_that_is_imported() -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = set(re.findall(r"^COPY (\S+)", image, re.MULTILINE))
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {"bot", "intents", "faq", "run_bot.py", "requirements.txt"} == copied
    assert copied <= {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored, "nothing else: .env is secret"


def metric_names() -> set[str]:
    metrics = Metrics()
    metrics.received("message")
    metrics.decided(Decision.ANSWER)
    metrics.failed("sendMessage", ValueError())
    shown = metrics.exposition(Gauges("v", 0, 0, 0, 0)).decode()
    return {sample.name for family in text_string_to_metric_families(shown) for sample in family.samples}


def expressions() -> Iterator[str]:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    yield from (rule["expr"] for group in rules["groups"] for rule in group["rules"])
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])


def test_alerts_and_board_ask_for_metrics_that_there_are() -> None:
    asked = {name for text in expressions() for name in re.findall(r"\b(?:bot|process)_[a-z_]+\b", text)}
    assert len(asked) > 10
    assert sorted(asked - metric_names()) == []
    labels = {value for text in expressions() for value in re.findall(r'decision="(\w+)"', text)}
    assert labels <= {decision.value for decision in Decision}


def test_every_alert_says_what_it_is_and_what_to_do_and_is_tried() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text("utf-8"))
    tried = (DEPLOY / "prometheus" / "alerts_test.yaml").read_text("utf-8")
    for rule in rules["groups"][0]["rules"]:
        assert {"summary", "action"} == set(rule["annotations"]), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert f'alertname="{rule["alert"]}"' in tried


def test_the_boards_panels_lie_beside_each_other() -> None:
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@pytest.mark.slow
def test_prometheus_accepts_the_alerts_and_each_fires_when_it_should() -> None:
    promtool = tool("promtool")
    folder = DEPLOY / "prometheus"
    assert "SUCCESS" in ran(promtool, "check", "rules", "alerts.yaml", cwd=folder)
    assert "SUCCESS" in ran(promtool, "check", "config", "prometheus.yaml", cwd=folder)
    assert "SUCCESS" in ran(promtool, "test", "rules", "alerts_test.yaml", cwd=folder)


@pytest.mark.slow
def test_systemd_accepts_the_unit_and_finds_little_to_harden(tmp_path: Path) -> None:
    analyze = tool("systemd-analyze")
    text = UNIT.read_text("utf-8")
    unit = tmp_path / UNIT.name
    here = text.replace("/opt/hebi-bot/.venv/bin/python", shutil.which("python3") or "/bin/true")
    unit.write_text(here.replace("User=hebi", "User=daemon").replace("/opt/hebi-bot", str(ROOT)))
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, check=False, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert complaints == []
    score = re.findall(r"level for .*: ([\d.]+)", ran(analyze, "security", "--offline=true", str(unit)))
    assert float(score[0]) <= 2.0, score
