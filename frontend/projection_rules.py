"""Checks of projections: their populations, target and synapse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import fields, has

from ..ir.events import EVENT_OF, events_in
from .connection_rules import Group
from .language.model import NeuronModel
from .language.names import canonical
from .language.syntax import Sum
from .population import Population
from .synapse import Synapse
from .user_errors import did_you_mean, listing, reject
from .views import PopulationView

if TYPE_CHECKING:
    from .network import Network


def resolve_group(
    pre: Group | str, post: Group | str, network: Network | None
) -> tuple[Group, Group, Network]:
    """Populations for names, and the network that both belong to."""
    from .network import current_network

    if isinstance(pre, str) or isinstance(post, str):
        network = current_network(network)
        pre = network.get_population(pre) if isinstance(pre, str) else pre
        post = network.get_population(post) if isinstance(post, str) else post
    for group, side in ((pre, "pre"), (post, "post")):
        if not isinstance(group, (Population, PopulationView)):
            reject(f"'{side}' must be a population or a view of one, not {group!r:.60}")
        if group.network is not (network or pre.network):
            reject(f"{side}-synaptic population '{group.name}' belongs to another network")
    return pre, post, network or pre.network


def summed_targets(model: NeuronModel) -> set[str | None]:
    """Targets inside ``sum(...)``; None stands for plain ``sum()``."""
    found: set[str | None] = set()
    unvisited: list[object] = [*model.statements, *model.events]
    while unvisited:
        node = unvisited.pop()
        if isinstance(node, Sum):
            found.add(node.target)
        elif isinstance(node, tuple):
            unvisited.extend(node)
        elif node is not None and has(type(node)):
            # Spans lead back to the whole text: they are not part of the tree.
            kind: Any = type(node)
            unvisited.extend(
                getattr(node, attribute.name)
                for attribute in fields(kind)
                if attribute.name != "span"
            )
    return found


def check_pair(pre: Group, post: Group, target: object, synapse: Synapse, kind: str) -> None:
    """Refuse a synapse that cannot feed ``target`` of ``post``."""
    if isinstance(target, (list, tuple)):
        reject(
            "several targets in one projection are not supported yet; "
            "create one projection per target"
        )
    target = canonical(target)
    if not isinstance(target, str) or not target.isidentifier():
        reject(f"a target is a name such as 'exc', not {target!r}")
    if kind == "decoding":
        if pre.kind != "spike":
            reject(f"population '{pre.name}' does not spike; a Projection transmits its rates")
        return _check_summed(pre, post, target)
    if pre.kind == "spike" and post.kind == "rate":
        reject(
            f"population '{pre.name}' spikes and population '{post.name}' is rate-coded; use "
            "DecodingProjection(pre, post, target, window=...)"
        )
    model = synapse.model
    _check_attributes(pre, post, synapse)
    if model.kind == "spike" and pre.kind == "rate":
        reject(
            f"{_called(synapse)} reacts to spikes, but population '{pre.name}' is rate-coded; "
            "give the synapse 'psp' instead of 'pre_spike' and 'post_spike'"
        )
    if pre.kind == "rate":
        return _check_summed(pre, post, target)
    happening = [event.name for event in pre.population.model.events]
    for name in events_in(model.spikes):
        if name not in happening:
            reject(
                f"the synapse reacts to '{name}' with '{EVENT_OF[name].arrival}', but the neurons "
                f"of population '{pre.name}' have no condition '{name}'; they have "
                f"{listing(happening)}"
            )
    if f"g_{target}" not in post.population.variables:
        _unused(post, target, [v[2:] for v in post.variables if v.startswith("g_")], "g_{}")


def _called(synapse: Synapse) -> str:
    """The words of messages for a synapse."""
    return f"synapse '{synapse.name}'" if synapse.name else "the synapse"


def _check_summed(pre: Group, post: Group, target: str) -> None:
    summed = summed_targets(post.population.model)
    if target in summed or None in summed:
        return
    hint = ""
    if post.kind == "spike":
        hint = f"; a rate-coded population ('{pre.name}') cannot feed a conductance g_{target}"
    _unused(post, target, sorted(name for name in summed if name), "sum({})", hint)


def _unused(post: Group, target: str, used: list[str], form: str, hint: str = "") -> None:
    reject(
        f"the neurons of population '{post.name}' do not use the target '{target}'"
        f"{did_you_mean(target, used)}{hint}",
        f"their equations would contain {form.format(target)}; targets they use so: "
        f"{listing(used)}",
    )


def _check_attributes(pre: Group, post: Group, synapse: Synapse) -> None:
    """Check that attributes read as ``pre.x`` and ``post.x`` exist."""
    model = synapse.model
    # The default synapse follows from the populations, it reads nothing that could be missing.
    if model.kind == "default":
        return
    what = _called(synapse)
    for side, group, names, sums in (
        ("pre", pre, model.pre_attributes, model.pre_sums),
        ("post", post, model.post_attributes, model.post_sums),
    ):
        for name in names:
            if name not in group.attributes:
                reject(
                    f"{what} reads {side}.{name}, but population '{group.name}' has no attribute "
                    f"'{name}'{did_you_mean(name, group.attributes)}"
                )
        for target in sums:
            if target is not None and target not in group.targets:
                reject(
                    f"{what} reads {side}.sum({target}), but population '{group.name}' has no "
                    f"target '{target}'{did_you_mean(target, group.targets)}"
                )
