"""A network of the user's own: read from its file, built with the run's norm, and tried before it trains."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import chain, count
from types import ModuleType
from typing import Final, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name every torch program uses

from core.config.network_shape import CIFAR10_SHAPE, NetworkShape
from core.config.own_model import ModelSource
from core.config.presets import Norm, Recipe
from core.config.run_config import RunConfig
from core.runs.model_file import unchanged_model
from core.training.global_random import GLOBAL_RNG
from core.training.network.own_code import OwnCodeError, told_as_own
from core.training.network.own_norm import NormFactory

_TRIED: Final = 4  # images
_MOST_NAMED: Final = 3
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """The function that `source` names, loaded: `factory(norm, classes, image_size)` gives a network.

    `layout` is how images and weights lie in memory: channels last is half as fast again on a processor, but
    a network that takes a `view` of its activations wants them plain.
    """

    source: ModelSource
    factory: Callable[[NormFactory, int, int], object]
    layout: torch.memory_format = torch.contiguous_format

    @classmethod
    def of(cls, config: RunConfig) -> Self | None:
        """Run the file that `config` names; None where its network is the preset's.

        Raises:
            InputError: the file is not there, or not what it was when the suite was made.
            OwnCodeError: running it raised something, or there is no such function of three arguments.
        """
        if config.model is None:
            return None
        source = ModelSource.of(config.model)
        content = unchanged_model(source, config.model_digest)
        return cls(source, _function(_module(source, content), source))

    def built(
        self, norm: Norm, recipe: Recipe, shape: NetworkShape = CIFAR10_SHAPE
    ) -> tuple[nn.Module, NormFactory]:
        """Return a network on the CPU, its weights from torch's generator, and what made its norms.

        Raises:
            OwnCodeError: it cannot be built, or does not make logits [N, classes] of images
                [N, 3, side, side].
        """
        norms = NormFactory(norm, recipe)
        with told_as_own(self.source, f"{self.source.function}(norm, {shape.classes}, {shape.side})"):
            network = self.factory(norms, shape.classes, shape.side)
        if not isinstance(network, nn.Module):
            raise self._refused(f"gives {type(network).__name__}; must give a torch.nn.Module")
        if strange := {tensor.device.type for tensor in _tensors(network)} - {"cpu"}:
            raise self._refused(f"has weights on {', '.join(sorted(strange))}; must leave that to --device")
        network.eval()
        with self._running(network), torch.no_grad():
            logits = network(
                torch.zeros(_TRIED, *shape.input_shape)
            )  # layers without a shape so far get theirs
        network.train()
        if words := wrong_logits(logits, _TRIED, shape.classes):
            raise self._refused(words)
        if strange := {str(one.dtype).removeprefix("torch.") for one in network.parameters()} - {"float32"}:
            raise self._refused(f"has weights of {', '.join(sorted(strange))}; must be of float32")
        return network, norms

    def tried(self, network: nn.Module, shape: NetworkShape = CIFAR10_SHAPE) -> Self:
        """Take `network`, built for `shape` and of no more use then, through a step up to its gradients.

        Returns the same with the fastest layout that it takes.

        Raises:
            OwnCodeError: it has no gradient, or a weight has none.
        """
        images = torch.rand(_TRIED, *shape.input_shape)
        try:
            self._logits(network, images, torch.channels_last)
            layout = torch.channels_last
        except OwnCodeError:
            layout = torch.contiguous_format
        self._check_gradients(network, self._logits(network, images, layout))
        return replace(self, layout=layout)

    def _logits(self, network: nn.Module, images: Tensor, layout: torch.memory_format) -> Tensor:
        network.to(memory_format=layout)
        own = images.contiguous(memory_format=layout)
        with self._running(network), torch.no_grad():
            network.eval()(own)
        with self._running(network):
            logits: Tensor = network.train()(own)
        return logits

    def _check_gradients(self, network: nn.Module, logits: Tensor) -> None:
        trained = {name: weight for name, weight in network.named_parameters() if weight.requires_grad}
        if not trained or not logits.requires_grad:
            raise self._refused("has no weight to train")
        with self._running(network):
            loss = F.cross_entropy(logits, torch.arange(_TRIED) % logits.shape[1])
            loss.backward()  # type: ignore[no-untyped-call]
        if idle := [name for name, weight in trained.items() if weight.grad is None]:
            more = f" and {len(idle) - _MOST_NAMED} more" if len(idle) > _MOST_NAMED else ""
            raise self._refused(
                f"does not use {', '.join(idle[:_MOST_NAMED])}{more}; must leave out what it does not use"
            )

    def _running(self, network: nn.Module) -> AbstractContextManager[None]:
        return told_as_own(self.source, "on images", layers_of(network))

    def _refused(self, words: str) -> OwnCodeError:
        return OwnCodeError(f"--model {self.source}: {words}")


def check_networks(runs: Iterable[RunConfig], classes: int = CIFAR10_SHAPE.classes) -> None:
    """Try what networks of the user's `runs` have, so that none is found wrong when others have trained.

    `classes` are those of the images of the first of them.

    Raises:
        InputError: one cannot be used.
    """
    kinds = {(run.norm, run.recipe.layer_norm, run.recipe.groups, run.image_size): run for run in runs}
    for run in kinds.values():
        shape = NetworkShape(classes, run.image_size)
        if (own := OwnNetwork.of(run)) is not None:
            with GLOBAL_RNG:
                own.tried(own.built(run.norm, run.recipe, shape)[0], shape)


def layers_of(network: nn.Module) -> dict[int, str]:
    """Name the layers of `network` by their `id`, as `told_as_own` takes them: "layer 3.0 (Conv2d)"."""
    named = ((name, module) for name, module in network.named_modules() if name)
    return {id(module): f"layer {name} ({type(module).__name__})" for name, module in named}


def wrong_logits(logits: object, images: int, classes: int) -> str:
    """Say what is wrong with what a network gave for so many images; empty where nothing is."""
    if isinstance(logits, Tensor) and logits.shape == (images, classes):
        return ""
    given = f"a tensor {list(logits.shape)}" if isinstance(logits, Tensor) else type(logits).__name__
    return f"gives {given} for {images} images; must give logits [{images}, {classes}]"


def _tensors(network: nn.Module) -> Iterator[Tensor]:
    return chain(network.parameters(), network.buffers())


def _module(source: ModelSource, content: bytes) -> ModuleType:
    """Run a file whose bytes are known; it is no part of the program, so nothing in its folder is found."""
    module = ModuleType(f"own_network_{next(_NUMBERS)}")  # of each run its own
    module.__file__ = str(source.path)
    sys.modules[module.__name__] = module  # dataclasses look there
    with told_as_own(source):
        code = compile(content, module.__file__, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 - it is what the user asked for
    return module


def _function(module: ModuleType, source: ModelSource) -> Callable[[NormFactory, int, int], object]:
    found: object = getattr(module, source.function, None)
    if not callable(found):
        own = [name for name, it in vars(module).items() if getattr(it, "__module__", "") == module.__name__]
        named = ", ".join(own) or "none"
        raise OwnCodeError(f"--model {source}: has no function {source.function}; must be one of: {named}")
    try:
        inspect.signature(found).bind(None, CIFAR10_SHAPE.classes, CIFAR10_SHAPE.side)
    except TypeError:
        raise OwnCodeError(
            f"--model {source}: must take three arguments: the norm's factory, the number of classes, the "
            "image size"
        ) from None
    except ValueError:  # of C, without a signature
        pass
    return found
