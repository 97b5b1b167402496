"""The demonstration of ``make demo``: 10 s of the COBA network.

``python examples/demo.py [PICTURE]`` prints times and the firing rate, and writes a raster picture
to ``coba_raster.png`` unless told else.
"""

import argparse
import time

import numpy as np

import ranvier as rv

NEURONS, EXCITATORY, PROBABILITY = 4000, 3200, 0.02
DURATION, SHOWN = 10000.0, 500.0


def coba_network(seed: int = 98765) -> tuple[rv.Network, rv.Population]:
    """The COBA benchmark: conductance-based neurons with random connections.

    No input but a current.
    """
    neuron = rv.Neuron(
        name="COBA",
        parameters=dict(
            El=-60.0, Vr=-60.0, Erev_exc=0.0, Erev_inh=-80.0, Vt=-50.0,
            tau=20.0, tau_exc=5.0, tau_inh=10.0, I=20.0,
        ),
        equations="""
            tau*dv/dt = (El - v) + g_exc*(Erev_exc - v) + g_inh*(Erev_inh - v) + I
            tau_exc*dg_exc/dt = - g_exc
            tau_inh*dg_inh/dt = - g_inh
        """,
        spike="v > Vt",
        reset="v = Vr",
        refractory=5.0,
    )  # fmt: skip
    net = rv.Network(dt=0.1, seed=seed)
    cells = net.create(NEURONS, neuron)
    cells.v = rv.Normal(-55.0, 5.0)
    for pre, target, weight in (
        (cells[:EXCITATORY], "exc", 0.6),
        (cells[EXCITATORY:], "inh", 6.7),
    ):
        projection = net.connect(pre, cells, target)
        projection.fixed_probability(weights=weight, probability=PROBABILITY)
    return net, cells


def compile_time(net: rv.Network) -> float:
    """Compile a network and return the seconds it took."""
    start = time.perf_counter()
    net.compile()
    return time.perf_counter() - start


def draw(times: np.ndarray, ranks: np.ndarray, picture: str) -> None:
    """Draw the spikes up to ``SHOWN`` ms, coloured by neuron type."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for name, colour, chosen in (
        ("excitatory", "tab:blue", ranks < EXCITATORY),
        ("inhibitory", "tab:red", ranks >= EXCITATORY),
    ):
        chosen &= times < SHOWN
        axes.plot(times[chosen], ranks[chosen], ".", markersize=1, color=colour, label=name)
    axes.set(xlabel="time (ms)", ylabel="neuron", xlim=(0, SHOWN), ylim=(0, NEURONS))
    axes.set_title(f"COBA network, {NEURONS} neurons")
    axes.legend(loc="upper right", markerscale=10, framealpha=1.0)
    figure.savefig(picture, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", nargs="?", default="coba_raster.png", help="file of the picture")
    picture = parser.parse_args().picture

    first, _ = coba_network()
    cold = compile_time(first)
    net, cells = coba_network()
    spikes = net.monitor(cells, "spike")
    warm = compile_time(net)
    start = time.perf_counter()
    net.simulate(DURATION)
    elapsed = time.perf_counter() - start

    times, ranks = (np.asarray(each) for each in spikes.raster_plot(spikes.get("spike")))
    rate = len(times) / NEURONS / (DURATION / 1000)
    draw(times, ranks, picture)
    print(f"COBA network   {NEURONS} neurons, {DURATION / 1000:.0f} s at dt = 0.1 ms, one thread")
    print(f"compile        {warm:.2f} s (the first in a process: {cold:.2f} s)")
    print(f"simulate       {elapsed:.2f} s, {DURATION / 1000 / elapsed:.0f} times real time")
    print(f"firing rate    {rate:.1f} Hz")
    print(f"raster of the first {SHOWN:.0f} ms in {picture}")


if __name__ == "__main__":
    main()
