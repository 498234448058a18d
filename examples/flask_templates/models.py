"""Models that send a signal when they are saved."""

from __future__ import annotations

from typedsignals import Namespace, Payload


class Model:
    """Something that can be saved."""

    is_saved = False

    def save(self) -> None:
        created, self.is_saved = not self.is_saved, True
        model_saved.send(self, created=created)


class Note(Model):
    def __init__(self, text: str) -> None:
        self.text = text


class ModelSaved(Payload):
    created: bool


my_signals = Namespace("notes")
model_saved = my_signals.signal("model-saved", ModelSaved, sender=Model)
