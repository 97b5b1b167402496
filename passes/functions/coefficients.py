"""Constants and polynomial coefficients, as the bits of hexadecimal floats.

Made by ``python -m benchmarks.fit_math``, which says how; do not edit. Coefficients go from the
lowest power up. "Error" is the largest error of the polynomial, relative to the function it is
part of, in exact arithmetic with these rounded coefficients.
"""

from __future__ import annotations


def _table(text: str) -> tuple[float, ...]:
    return tuple(map(float.fromhex, text.split()))


LN2 = {
    64: _table("0x1.62e42fefa39efp-1 0x1.abc9e3b39803fp-56"),
    32: _table("0x1.62e430p-1 -0x1.05c610p-29"),
}
"""``ln(2)``, as a sum of 2 numbers."""

LOG2_E = {
    64: _table("0x1.71547652b82fep+0 0x1.777d0ffda0d24p-56"),
    32: _table("0x1.715476p+0 0x1.4ae0c0p-26"),
}
"""``1 / ln(2)``, as a sum of 2 numbers."""

LOG10_E = {
    64: _table("0x1.bcb7b1526e50ep-2 0x1.95355baaafad3p-57"),
    32: _table("0x1.bcb7b2p-2 -0x1.5b235ep-27"),
}
"""``1 / ln(10)``, as a sum of 2 numbers."""

PI = {
    64: _table("0x1.921fb54442d18p+1 0x1.1a62633145c07p-53"),
    32: _table("0x1.921fb6p+1 -0x1.777a5cp-24"),
}
"""``pi``, as a sum of 2 numbers."""

HALF_PI = {
    64: _table("0x1.921fb54442d18p+0 0x1.1a62633145c07p-54 -0x1.f1976b7ed8fbcp-110"),
    32: _table("0x1.921fb6p+0 -0x1.777a5cp-25 -0x1.ee59dap-50"),
}
"""``pi / 2``, as a sum of 3 numbers."""

TWO_OVER_PI = {
    64: _table("0x1.45f306dc9c883p-1"),
    32: _table("0x1.45f306p-1"),
}
"""``2 / pi``."""

LOG2_PI = {
    64: _table("0x1.a6c873498ddf7p+0 0x1.6c36cb93c202ap-54"),
    32: _table("0x1.a6c874p+0 -0x1.6ce442p-25"),
}
"""``log2(pi)``, as a sum of 2 numbers."""

GAMMA_LIMIT = {
    64: _table("0x1.cb7e4d0870830p-1 0x1.f47a3b341c237p-55"),
    32: _table("0x1.cb7e4ep-1 -0x1.ef1efap-26"),
}
"""``log2(sqrt(2 * pi / e)) + 13/64 * log2(e)``, as a sum of 2 numbers."""

POW_0 = {
    64: _table("0x1.71547652b82fep+1 0x1.777d0ffda0d24p-55"),
    32: _table("0x1.715476p+1 0x1.4ae0c0p-25"),
}
"""``2 / ln(2)``, as a sum of 2 numbers."""

POW_1 = {
    64: _table("0x1.ec709dc3a03fdp-1 0x1.d27f05548af0cp-55"),
    32: _table("0x1.ec709ep-1 -0x1.e2fe02p-28"),
}
"""``2 / (3 * ln(2))``, as a sum of 2 numbers."""

LN2_SHORT = {
    64: _table("0x1.62e42fefa3800p-1 0x1.ef35793c76730p-45"),
    32: _table("0x1.62e400p-1 0x1.7f7d1cp-20"),
}
"""``ln(2)``, as a sum. Whole multiples of the first number are exact."""

LOG10_2_SHORT = {
    64: _table("0x1.34413509f7800p-2 0x1.fef311f12b358p-46"),
    32: _table("0x1.344000p-2 0x1.3509f8p-18"),
}
"""``log10(2)``, as a sum. Whole multiples of the first number are exact."""

TWO_OVER_PI_WORDS = (
    0x0,  # zeros in front of the binary point
    0xA2F9836E4E441529,
    0xFC2757D1F534DDC0,
    0xDB6295993C439041,
    0xFE5163ABDEBBC561,
    0xB7246E3A424DD2E0,
    0x6492EEA09D1921C,
    0xFE1DEB1CB129A73E,
    0xE88235F52EBB4484,
    0xE99C7026B45F7E41,
    0x3991D639835339F4,
    0x9C845F8BBDF9283B,
    0x1FF897FFDE05980F,
    0xEF2F118B5A0A6D1F,
    0x6D367ECF27CB09B7,
    0x4F463F669E5FEA2D,
    0x7527BAC7EBE5F17B,
    0x3D0739F78A5292EA,
    0x6BFB5FB11F8D5D08,
    0x56033046FC7B6BAB,
)
"""Bits of ``2 / pi`` behind the binary point, 64 in each word."""

EXP = {
    64: _table("""
        0x1.000000p-1 0x1.5555555555559p-3 0x1.5555555555558p-5 0x1.111111110f5b1p-7
        0x1.6c16c16c14edap-10 0x1.a01a01b073d03p-13 0x1.a01a01ae241fdp-16 0x1.71ddf6954881bp-19
        0x1.27e4ca31b9b8fp-22 0x1.af624a4382b4cp-26 0x1.1f8f5b850e989p-29
    """),
    32: _table("""
        0x1.000000p-1 0x1.555556p-3 0x1.5554ecp-5 0x1.110fdep-7 0x1.6d494ep-10 0x1.a29706p-13
    """),
}
"""``(exp(r) - 1 - r) / r**2``, |r| <= 0.35.

Error: 2**-61.5 for f64, 2**-31.0 for f32.
"""

EXP_SHORT = {
    64: _table("""
        0x1.000000000000bp-1 0x1.55555555554fbp-3 0x1.555555555006cp-5 0x1.111111112701ep-7
        0x1.6c16c185ec9dbp-10 0x1.a01a0130c7085p-13 0x1.a019953ee034ap-16 0x1.71df115beb18dp-19
        0x1.28b1edb31b3f4p-22 0x1.ada7ee837ebfdp-26
    """),
    32: _table("""
        0x1.fffffcp-2 0x1.55548ap-3 0x1.5558a6p-5 0x1.123f62p-7 0x1.6a6254p-10
    """),
}
"""``(exp(r) - 1 - r) / r**2``, |r| <= 0.35, where 1 is added at the end.

Error: 2**-57.7 for f64, 2**-28.1 for f32.
"""

EXP2 = {
    64: _table("""
        0x1.ebfbdff82c58fp-3 0x1.c6b08d704a0c5p-5 0x1.3b2ab6fba4d4ap-7 0x1.5d87fe78a41e2p-10
        0x1.430912f8c067fp-13 0x1.ffcbfc6d66c50p-17 0x1.62c020f584972p-20 0x1.b524eb8a96821p-24
        0x1.e4d3b49ba2fa4p-28 0x1.e9eda13e738a5p-32 0x1.be7aeac873272p-36
    """),
    32: _table("""
        0x1.ebfbe0p-3 0x1.c6afa8p-5 0x1.3b2a42p-7 0x1.5ef3ccp-10 0x1.442cd4p-13
    """),
}
"""``(2**r - 1 - r * ln2) / r**2``, |r| <= 0.5.

Error: 2**-60.3 for f64, 2**-26.6 for f32.
"""

SINH = {
    64: _table("""
        0x1.5555555555559p-3 0x1.111111110f5b2p-7 0x1.a01a01b0733afp-13 0x1.71ddf6971bd78p-19
        0x1.af6246aa1b1b7p-26
    """),
    32: _table("""
        0x1.555556p-3 0x1.110fe2p-7 0x1.a28dc8p-13
    """),
}
"""``(sinh(r) / r - 1) / z``, ``z = r**2``, |r| <= 0.35.

Error: 2**-61.5 for f64, 2**-34.1 for f32.
"""

COSH = {
    64: _table("""
        0x1.000000p-1 0x1.5555555555558p-5 0x1.6c16c16c14f96p-10 0x1.a01a01adbc22fp-16
        0x1.27e4cb5719e10p-22 0x1.1f8d4715931a8p-29
    """),
    32: _table("""
        0x1.000000p-1 0x1.5554e0p-5 0x1.6d56e2p-10
    """),
}
"""``(cosh(r) - 1) / z``, ``z = r**2``, |r| <= 0.35.

Error: 2**-69.7 for f64, 2**-33.1 for f32.
"""

LOG = {
    64: _table("""
        0x1.5555555555593p-1 0x1.999999997f972p-2 0x1.24924942360c5p-2 0x1.c71c51cb7ad28p-3
        0x1.74664cb147fbap-3 0x1.39a03d471ab1ep-3 0x1.2f1557d16b6f8p-3
    """),
    32: _table("""
        0x1.55557ap-1 0x1.995ec2p-2 0x1.31e396p-2
    """),
}
"""``(2 * atanh(s) / s - 2) / z``, ``z = s**2``, |s| <= 0.1717.

Error: 2**-58.5 for f64, 2**-29.2 for f32.
"""

LOG2 = {
    64: _table("""
        0x1.2776c50ef9bfcp-1 0x1.a61762a7aedd5p-2 0x1.484b13d6ad918p-2 0x1.0c9a853aa9863p-2
        0x1.c68ee98070914p-3 0x1.8a09b43f44515p-3 0x1.58fcf750ec392p-3 0x1.61f06e087b1a2p-3
    """),
    32: _table("""
        0x1.2776c4p-1 0x1.a61946p-2 0x1.47b4b0p-2 0x1.202d3ap-2
    """),
}
"""``(2 * atanh(s) / s - 2 - 2 / 3 * z) / ln2 / z**2``, ``z = s**2``, |s| <= 0.1717.

Error: 2**-71.9 for f64, 2**-42.3 for f32.
"""

SIN = {
    64: _table("""
        -0x1.5555555555546p-3 0x1.111111110f3c3p-7 -0x1.a01a019b744a9p-13 0x1.71de34eb1a63ep-19
        -0x1.ae5df5896f857p-26 0x1.5d71b9704aefcp-33
    """),
    32: _table("""
        -0x1.555556p-3 0x1.111162p-7 -0x1.a0459ep-13 0x1.7703fap-19
    """),
}
"""``(sin(r) / r - 1) / z``, ``z = r**2``, |r| <= 0.8.

Error: 2**-57.6 for f64, 2**-32.2 for f32.
"""

COS = {
    64: _table("""
        0x1.5555555555549p-5 -0x1.6c16c16c14bb0p-10 0x1.a01a019c1ec8cp-16 -0x1.27e4f79e5c2a1p-22
        0x1.1ee9a1e135e7bp-29 -0x1.8f87db30f1a1ep-37
    """),
    32: _table("""
        0x1.55554ap-5 -0x1.6c0c0ap-10 0x1.99d914p-16
    """),
}
"""``(cos(r) - 1 + z / 2) / z**2``, ``z = r**2``, |r| <= 0.8.

Error: 2**-63.8 for f64, 2**-33.0 for f32.
"""

ATAN = {
    64: _table("""
        -0x1.5555555555554p-2 0x1.99999999995bep-3 -0x1.2492492472123p-3 0x1.c71c71b5f4097p-4
        -0x1.745d1490d9d3cp-4 0x1.3b136b0afbfdfp-4 -0x1.110c49d3b46eep-4 0x1.e16f2f6393629p-5
        -0x1.ab6d09fc10831p-5 0x1.70afe1f5acf10p-5 -0x1.11b396b5bc1bfp-5 0x1.eff4fadb86b98p-7
    """),
    32: _table("""
        -0x1.55554ap-2 0x1.9991eap-3 -0x1.23ba70p-3 0x1.b23156p-4 -0x1.f32886p-5
    """),
}
"""``(atan(t) / t - 1) / z``, ``z = t**2``, |t| <= tan(pi / 8).

Error: 2**-63.8 for f64, 2**-30.5 for f32.
"""

ASIN = {
    64: _table("""
        0x1.5555555555578p-3 0x1.333333332df3bp-4 0x1.6db6db7228741p-5 0x1.f1c71a8d0ad1dp-6
        0x1.6e8bdfb736f80p-6 0x1.1c49e1bb58bdcp-6 0x1.ca20e2dc2ff8ep-7 0x1.757ae40ac7723p-7
        0x1.6176e261cf2f8p-7 0x1.e2969441f89e0p-9 0x1.649dc0bec92f3p-6 -0x1.5962e20bf1f01p-6
        0x1.0bb489e85b571p-5
    """),
    32: _table("""
        0x1.5555cap-3 0x1.330172p-4 0x1.748900p-5 0x1.8bc2f4p-6 0x1.59bfc8p-5
    """),
}
"""``(asin(x) / x - 1) / z``, ``z = x**2``, |x| <= 0.5.

Error: 2**-59.8 for f64, 2**-27.6 for f32.
"""

CBRT = {
    64: _table("""
        0x1.c87299231b724p+0 -0x1.92a9a340ab426p+0 0x1.40dce1ffb7c32p+0 -0x1.357b57e303aa7p-1
        0x1.4432b88f834fbp-3 -0x1.1bb69b3734feap-6
    """),
    32: _table("""
        0x1.8b5d6ap+0 -0x1.a16dd4p-1 0x1.492254p-2 -0x1.9fc352p-5
    """),
}
"""``m**(-1/3)``, 1 <= m <= 2, a first guess.

Error: 2**-17.6 for f64, 2**-12.1 for f32.
"""

ERF = {
    64: _table("""
        0x1.06eba8214db69p-3 -0x1.812746b0379fep-2 0x1.ce2f21a0436e0p-4 -0x1.b82ce312aee4fp-6
        0x1.565bcd1301826p-8 -0x1.c02db4ac47cc3p-11 0x1.f9a3370c5150fp-14 -0x1.f4d35478b1433p-17
        0x1.b9f024a16b1dap-20 -0x1.5fa4b63e88c35p-23 0x1.fcf99d1bdb740p-27 -0x1.47f68c810a8ddp-30
        0x1.2d56bdbc5818ap-34
    """),
    32: _table("""
        0x1.06eba8p-3 -0x1.812740p-2 0x1.ce2d52p-4 -0x1.b7fec4p-6 0x1.542fecp-8 -0x1.a5197ap-11
        0x1.4c5cb4p-14
    """),
}
"""``erf(x) / x - 1``, ``z = x**2``, |x| <= 1.

Error: 2**-56.2 for f64, 2**-29.6 for f32.
"""

GAMMA = {
    64: _table("""
        -0x1.ae0b63f57aff5p-10 0x1.713efcee73416p-8 -0x1.2b29afa670aadp-8 0x1.0ecf0a8c3561dp-11
        0x1.b4c61d6d68ce7p-15 0x1.e86de3935b0adp-18 -0x1.8b306f4b37643p-19 -0x1.9651d90bc2104p-20
        -0x1.a770983d1c759p-22 -0x1.383999f6ea232p-27 0x1.b23ac1e80f2bbp-25 0x1.13a6758f9e58fp-25
        0x1.9bacf89275bb3p-27 0x1.2a3ec4af92890p-29 -0x1.df4887648a0f3p-31 -0x1.45433f5595044p-30
        -0x1.9d3cc4e9cd3fap-31 -0x1.1ade5da577593p-32 -0x1.c4e33758190d5p-37
        -0x1.0bedf3821920fp-35 -0x1.2788f5e9711bfp-35 0x1.abe27aec51c15p-35 0x1.07ec66e05c8b3p-34
        0x1.b309fac932c32p-38 -0x1.dd1176636ed73p-37 -0x1.36f8da410ca35p-38
    """),
    32: _table("""
        -0x1.ae0b60p-10 0x1.713ef4p-8 -0x1.2b29e0p-8 0x1.0ed2c6p-11 0x1.b56e44p-15 0x1.e24ef4p-18
        -0x1.a4b026p-19 -0x1.7e7810p-20 -0x1.c49088p-23
    """),
}
"""``log2(gamma(z)) - (z - 1/2) * log2((z - 13/64) / e) - GAMMA_LIMIT``, ``t = 1 - 2 / z``, z >= 1.

Error: 2**-62.4 for f64, 2**-31.2 for f32.
"""

LGAMMA = {
    64: _table("""
        -0x1.146a4f6b3e6ebp-6 -0x1.2aed059bd608bp-3 0x1.01af62a2929f0p-4 -0x1.007aa83ceddd2p-5
        0x1.1334235276971p-6 -0x1.34dbda14def11p-7 0x1.64f06654cb992p-8 -0x1.a503520d5e0e2p-9
        0x1.f814b67edfb40p-10 -0x1.313e8f4f5031bp-10 0x1.750b13b3bb8f2p-11 -0x1.cb441e462e8ccp-12
        0x1.1c7069b2fbba2p-12 -0x1.624601497b8cep-13 0x1.bb79e6c356390p-14 -0x1.156a3b0f98f4cp-14
        0x1.59fa4932b5f43p-15 -0x1.c334f68b3bdfep-16 0x1.3516b9eb8dcf7p-16 -0x1.4c5764de86809p-17
        0x1.cda0f855e656dp-19 -0x1.2813e33dbb97ap-18 0x1.a372d0c1179f1p-18 -0x1.795f0c369c916p-19
    """),
    32: _table("""
        -0x1.146a50p-6 -0x1.2aed0ap-3 0x1.01af60p-4 -0x1.0076c6p-5 0x1.133668p-6 -0x1.35d23cp-7
        0x1.64d56ep-8 -0x1.8c3c4ep-9 0x1.ef3e8ep-10 -0x1.b8c3c4p-10 0x1.e03302p-11
    """),
}
"""``lgamma(x) / (x - 1) / (x - 2) - 1/2``, ``u = x - 3/2``, 15/16 <= x <= 17/8.

Error: 2**-59.3 for f64, 2**-28.7 for f32.
"""

ERFC_64 = {
    64: _table("""
        -0x1.169ba4580a04dp-6 -0x1.1df1ad154a28fp-3 0x1.f7f5df66fd6d2p-7 0x1.16ecefcfa5470p-4
        -0x1.9ddb23c3e899ep-4 0x1.7fee004e1038ap-4 -0x1.0fb06dfe54b65p-4 0x1.3079edf6cb790p-5
        -0x1.09623882b63afp-6 0x1.49c672713d848p-8 -0x1.8d4a9c3353aaap-11 -0x1.a1df176154ec6p-13
        0x1.3be06a0466baep-13 -0x1.995ab07b75478p-16 -0x1.788d6b4c04f1cp-17 0x1.7f339d2666db7p-18
        0x1.3bc0a788716a2p-22 -0x1.bb69d84ba6486p-21 0x1.3ecaf414dffe3p-24 0x1.d9d567d300708p-24
        -0x1.2d9914888236ap-26 -0x1.e40a6a1f9388cp-27 0x1.d45b05f31b40ep-30 0x1.4c4a3ad3d01ffp-30
    """),
}
"""``exp(x**2) * erfc(x) * (1 + 2 * x) - 5 / 4``, ``t = (x - 4) / (x + 4)``, 0 <= x <= 28.

Error: 2**-59.1 for f64.
"""

ERFC_32 = {
    32: _table("""
        0x1.ba038ap-6 -0x1.7bf5eap-4 -0x1.5407d0p-3 0x1.4ff9f6p-3 -0x1.bc2714p-5 -0x1.0723aep-7
        0x1.1d664ap-7 0x1.4807ecp-10 -0x1.751b3ap-10 -0x1.a39180p-12 0x1.697512p-13
        0x1.52d4fep-14
    """),
}
"""``exp(x**2) * erfc(x) * (1 + 2 * x) - 5 / 4``, ``t = (x - 2) / (x + 2)``, 0 <= x <= 11.

Error: 2**-29.5 for f32.
"""
