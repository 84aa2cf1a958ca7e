"""What an older program has published opens, is compared with, and can be gone back to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faq.load import load
from faq.reading.folder import fingerprint
from intents.classifier.model import ModelError
from intents.registry.checksums import read_json, write_sums
from intents.registry.publish import train_and_publish
from intents.registry.registry import Registry
from intents.registry.rollback import roll_back
from tests.conftest import rewritten

GONE = {"phrases": "not_yet", "cues": "asking", "personal": "digits_spoken", "figures": "ones"}
"""A key of each file whose keys the program knows, as if it were new in this program."""


def as_older(small: Path) -> Registry:
    """Make the only version one of a program that needed fewer keys and files, and took its training text otherwise."""
    registry = Registry(small / "var")
    version = registry.folder / "v0001"
    for name, key in GONE.items():
        with rewritten(version / "faq" / f"{name}.yaml") as content:
            del content[key]
    with rewritten(version / "faq" / "phrases.yaml") as phrases:
        phrases["said_no_more"] = "从前说的话"
        phrases["welcome"] = "从前的问候 {name}"
    (version / "faq" / "thesaurus.yaml").unlink()
    (version / "faq" / "known_no_more.yaml").write_text("a: b\n", encoding="utf-8")
    manifest = read_json(version / "manifest.json")
    del manifest["next_turn"]
    manifest |= {"trained_on": "by other fields", "fingerprint": fingerprint(version / "faq")}
    (version / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write_sums(version)
    return registry


def test_a_version_of_an_older_program_opens_with_what_it_lacks_as_it_is_shipped(small: Path) -> None:
    shipped = load(small / "faq")
    model = as_older(small).open()
    assert model.rank("低保怎么申请")[0].intent.id == "dibao.apply"
    assert model.faq.phrases.not_yet == shipped.phrases.not_yet
    assert model.faq.phrases.welcome == shipped.phrases.welcome, "with a slot that is not filled it cannot be said"
    assert model.faq.phrases.help == shipped.phrases.help
    assert model.faq.fingerprint == fingerprint(small / "var" / "models" / "v0001" / "faq")


@pytest.mark.slow
def test_the_first_training_after_an_update_is_compared_with_what_served_before(small: Path) -> None:
    registry = as_older(small)
    path = small / "faq" / "topics" / "dibao" / "apply.yaml"
    text = path.read_text("utf-8")
    head, tail = text[: text.index("questions:")], text[text.index("checks:") :]
    path.write_text(f"{head}questions:\n  - 手机上咋弄\n  - 往哪儿递\n{tail}", encoding="utf-8")
    trained = train_and_publish(load(small / "faq"), small / "var", quiet=True)
    assert trained.verdict.against == "v0001"
    assert trained.version is None, "it loses what residents have"
    assert registry.active() == "v0001"


def test_going_back_to_a_version_of_an_older_program_leaves_knowledge_that_can_be_used(small: Path) -> None:
    registry = as_older(small)
    with rewritten(registry.knowledge("v0001") / "phrases.yaml") as phrases:
        phrases["help"] = "从前的帮助，发 /help 看。"
    write_sums(registry.folder / "v0001")
    now = load(small / "faq")
    restored = roll_back(registry, small / "faq", small / "var", "v0001")
    faq = load(small / "faq")
    assert restored.version == "v0001"
    assert faq.phrases.help == "从前的帮助，发 /help 看。"
    assert faq.phrases.not_yet == now.phrases.not_yet
    assert faq.cues == now.cues
    assert faq.thesaurus == now.thesaurus


def test_what_is_wrong_in_another_way_is_still_refused(small: Path) -> None:
    registry = as_older(small)
    path = registry.knowledge("v0001") / "offices.yaml"
    path.write_text(f"{path.read_text('utf-8')}nonsense: [1]\n", encoding="utf-8")
    write_sums(registry.folder / "v0001")
    with pytest.raises(ModelError, match="today's rules refuse it"):
        registry.open()
