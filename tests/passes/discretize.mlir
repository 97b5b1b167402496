// discretize replaces derivatives by the update of their numerical method. The equation of most cases
// is tau*dv/dt = E - v with tau = 2, E = 1, v = 3, and dt = 1.
// RUN: discretize,cse,dce

// What is called is the kernel, through which the numbers can be seen.
// RUN: discretize,choose-storage,lower-to-kernels --check-prefix=KERNEL

// explicit: v + (dt/tau) (E - v)
"net.population"() <{sym_name = "explicit", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "explicit"
// CHECK-NOT: eq.ddt
// CHECK: %[[RATE:.*]] = "arith.subf"(%E, %v)
// CHECK: %[[STEP:.*]] = "arith.divf"(%dt, %tau)
// CHECK: %[[NEW:.*]] = "math.fma"(%[[RATE]], %[[STEP]], %v)
// CHECK: "eq.write"(%[[NEW]]) <{variable = @v}>
// CHECK-NOT: eq.equation
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.0] * 16)

// -----

// exponential: v + (1 - exp(-dt/tau)) (E - v), exact for this equation
"net.population"() <{sym_name = "exponential", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "exponential"
// CHECK: %[[S:.*]] = "arith.divf"(%dt, %tau)
// CHECK: %[[MINUS:.*]] = "arith.negf"(%[[S]])
// CHECK: %[[GAP:.*]] = "arith.subf"(%E, %v)
// CHECK: %[[CHANGE:.*]] = "special.bounded_expm1"(%[[MINUS]])
// CHECK: %[[PART:.*]] = "arith.negf"(%[[CHANGE]])
// CHECK-NOT: arith.select
// CHECK: %[[NEW:.*]] = "math.fma"(%[[GAP]], %[[PART]], %v)
// CHECK: "eq.write"(%[[NEW]])
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.213061319425267] * 16)

// -----

// implicit: (v + (dt/tau) E) / (1 + dt/tau)
"net.population"() <{sym_name = "implicit", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "implicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "implicit"
// CHECK: %[[S:.*]] = "arith.divf"(%dt, %tau)
// CHECK: %[[TOP:.*]] = "math.fma"(%E, %[[S]], %v)
// CHECK: %[[BOTTOM:.*]] = "arith.addf"({{.*}}, %[[S]])
// CHECK: "arith.divf"(%[[TOP]], %[[BOTTOM]])
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.3333333333333335] * 16)

// -----

// semiimplicit: v + dt/(tau + dt) (E - v)
"net.population"() <{sym_name = "semiimplicit", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "semiimplicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "semiimplicit"
// CHECK: %[[BOTH:.*]] = "arith.addf"(%tau, %dt)
// CHECK: %[[GAP:.*]] = "arith.subf"(%E, %v)
// CHECK: %[[PART:.*]] = "arith.divf"(%dt, %[[BOTH]])
// CHECK: "math.fma"(%[[GAP]], %[[PART]], %v)
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.3333333333333335] * 16)

// -----

// midpoint: the rate is taken half a step ahead.
"net.population"() <{sym_name = "midpoint", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "midpoint"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "midpoint"
// CHECK: %[[HALF:.*]] = "arith.mulf"(%dt,
// CHECK: %[[MIDDLE:.*]] = "math.fma"({{.*}}, %v)
// CHECK: "arith.subf"(%E, %[[MIDDLE]])
// CHECK: "eq.write"
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.25] * 16)

// -----

// rk4: v + dt/6 (k1 + 2 k2 + 2 k3 + k4) / tau
"net.population"() <{sym_name = "rk4", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "rk4"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "rk4"
// CHECK-COUNT-4: "arith.subf"(%E,
// CHECK-NOT: "arith.subf"
// CHECK: "eq.write"
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.2135416666666665] * 16)

// -----

// However the equation is written: E = dv/dt*tau + v.
"net.population"() <{sym_name = "turned_around", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %product = "arith.mulf"(%dv, %tau) : (f64, f64) -> f64
    %lhs = "arith.addf"(%product, %v) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    "eq.equation"(%E, %lhs) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "turned_around"
// CHECK: "special.bounded_expm1"
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.213061319425267] * 16)

// -----

// A decay that may fade away (here tau, in dv/dt = E - tau*v) divides nothing where s = dt*tau is
// less than a rounding: 0, 1e-300, 1e-20 and 1. The last is 3 + (1 - 3*1) (1 - exp(-1)).
"net.population"() <{sym_name = "faded", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %leak = "arith.mulf"(%tau, %v) : (f64, f64) -> f64
    %rhs = "arith.subf"(%E, %leak) : (f64, f64) -> f64
    "eq.equation"(%dv, %rhs) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "faded"
// CHECK: %[[CHANGE:.*]] = "special.bounded_expm1"(%[[MINUS:.*]])
// CHECK: %[[LENGTH:.*]] = "arith.divf"(%[[CHANGE]], %
// CHECK: %[[SIZE:.*]] = "math.absf"(%[[MINUS]])
// CHECK: %[[NONE:.*]] = "arith.cmpf"(%[[SIZE]],
// CHECK: %[[PART:.*]] = "arith.select"(%[[NONE]], %dt, %
// CHECK: "math.fma"({{.*}}, %[[PART]], %v)
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[0.0, 1e-300, 1e-20, 1.0] * 4, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[4.0, 4.0, 4.0, 1.7357588823428847] * 4)

// -----

// The same with the semi-implicit method: the last is 3 + (1 - 3*1)/2.
"net.population"() <{sym_name = "faded_semiimplicit", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %leak = "arith.mulf"(%tau, %v) : (f64, f64) -> f64
    %rhs = "arith.subf"(%E, %leak) : (f64, f64) -> f64
    "eq.equation"(%dv, %rhs) <{variable = @v, method = "semiimplicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "faded_semiimplicit"
// CHECK-NOT: arith.select
// CHECK: %[[BOTH:.*]] = "math.fma"(%tau, %dt,
// CHECK: "arith.divf"(%dt, %[[BOTH]])
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[0.0, 1e-300, 1e-20, 1.0] * 4, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[4.0, 4.0, 4.0, 2.0] * 4)

// -----

// Without a drive v is multiplied by exp(-dt/tau), which is all that is left of it where tau is 0.01.
"net.population"() <{sym_name = "decays", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.negf"(%v) : (f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "decays"
// CHECK: %[[FACTOR:.*]] = "special.bounded_exp"(
// CHECK: "arith.mulf"(%v, %[[FACTOR]])
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0, 0.01] * 8, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[1.8195919791379003, 1.1160227928062509e-43] * 8)

// -----

// The semi-implicit method takes dt/(tau + dt) of v away, or keeps tau/(tau + dt) where that is less.
"net.population"() <{sym_name = "decays_semiimplicit", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.negf"(%v) : (f64) -> f64
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "semiimplicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "decays_semiimplicit"
// CHECK: %[[NEAR:.*]] = "arith.cmpf"(
// CHECK: %[[AMOUNT:.*]] = "arith.select"(%[[NEAR]],
// CHECK: %[[BASE:.*]] = "arith.select"(%[[NEAR]], %v,
// CHECK: "math.fma"(%v, %[[AMOUNT]], %[[BASE]])
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[3.0, 2.0**-100] * 8, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.25, 3.0 * 2.0**-100] * 8)

// -----

// Nothing decays: the explicit step is exact.
"net.population"() <{sym_name = "no_decay", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    "eq.equation"(%lhs, %E) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "no_decay"
// CHECK-NOT: math.exp
// CHECK: "eq.write"
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[3.5] * 16)

// -----

// Equations of one system are advanced together: both see the values before the step.
"net.population"() <{sym_name = "together", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dE = "eq.ddt"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    "eq.equation"(%dE, %v) <{variable = @E, method = "explicit"}> : (f64, f64) -> ()
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %minus = "arith.negf"(%E) : (f64) -> f64
    "eq.equation"(%dv, %minus) <{variable = @v, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "together"
// CHECK: "eq.write"({{.*}}) <{variable = @E}>
// CHECK-NEXT: "eq.write"({{.*}}) <{variable = @v}>
// KERNEL-LABEL: "together_update"
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(E=[4.0] * 16, v=[2.0] * 16)

// -----

// The exponential method needs an equation that is linear in its variable.
"net.population"() <{sym_name = "not_linear", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    // expected-note@below {{'v' occurs here in a term that is not linear}}
    %rhs = "arith.mulf"(%v, %v) : (f64, f64) -> f64
    // expected-error@below {{method 'exponential' needs an equation that is linear in 'v'}}
    "eq.equation"(%dv, %rhs) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()

// -----

// Other methods take any equation: dv/dt = v*v.
"net.population"() <{sym_name = "square", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.mulf"(%v, %v) : (f64, f64) -> f64
    "eq.equation"(%dv, %rhs) <{variable = @v, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// CHECK-LABEL: "square"
// CHECK: "eq.write"

// -----

// dv/dt = dv/dt + E says nothing of v.
"net.population"() <{sym_name = "cancels", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %rhs = "arith.addf"(%dv, %E) : (f64, f64) -> f64
    // expected-error@below {{dv/dt cancels out of its equation}}
    "eq.equation"(%dv, %rhs) <{variable = @v, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()

// -----

// (dv/dt)**2 = E has two solutions.
"net.population"() <{sym_name = "two_solutions", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    // expected-error@below {{the equation of 'v' is not linear in dv/dt}}
    %lhs = "arith.mulf"(%dv, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    "eq.equation"(%lhs, %E) <{variable = @v, method = "explicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()

// -----

// What a system is given from outside stays during the stages: dv/dt = -v/2 with v held is
// explicit. Inside, v is that of the stage: 4 (1 - 1/2 + 1/8) = 2.5.
"net.population"() <{sym_name = "held", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "u", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %before = "eq.read"() <{variable = @v}> : () -> f64
  %half = "arith.constant"() <{value = -0.5 : f64}> : () -> f64
  "eq.system"() ({
    %du = "eq.ddt"() <{variable = @u}> : () -> f64
    %slope = "arith.mulf"(%half, %before) : (f64, f64) -> f64
    "eq.equation"(%du, %slope) <{variable = @u, method = "midpoint"}> : (f64, f64) -> ()
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rate = "arith.mulf"(%half, %v) : (f64, f64) -> f64
    "eq.equation"(%dv, %rate) <{variable = @v, method = "midpoint"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[4.0] * 16, v=[4.0] * 16, dt=[1.0]) -> dict(u=[2.0] * 16, v=[2.5] * 16)

// -----

// Nor is it a term of a linear equation: dv/dt = -v (held) with exponential has no decay.
"net.population"() <{sym_name = "no_decay", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "u", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %before = "eq.read"() <{variable = @v}> : () -> f64
  "eq.system"() ({
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %rate = "arith.negf"(%before) : (f64) -> f64
    "eq.equation"(%dv, %rate) <{variable = @v, method = "exponential"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[0.0] * 16, v=[4.0] * 16, dt=[0.5]) -> dict(v=[2.0] * 16)

// -----

// midpoint and rk4 share their stages. du/dt = v with rk4, dv/dt = u with midpoint, from u = 0 and
// v = 1: v at the stages is 1, 1, 5/4, 3/2 and u 0, 1/2, 1/2, 5/4. So u becomes
// (1 + 2 (1 + 5/4) + 3/2)/6 = 7/6, and v becomes 1 + 1/2.
"net.population"() <{sym_name = "shared_stages", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "u", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %du = "eq.ddt"() <{variable = @u}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    "eq.equation"(%du, %v) <{variable = @u, method = "rk4"}> : (f64, f64) -> ()
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %u = "eq.read"() <{variable = @u}> : () -> f64
    "eq.equation"(%dv, %u) <{variable = @v, method = "midpoint"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[0.0] * 16, v=[1.0] * 16, dt=[1.0]) -> dict(u=[1.1666666666666665] * 16, v=[1.5] * 16)

// -----

// Two implicit equations that read each other would have to be solved together.
"net.population"() <{sym_name = "coupled", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %dE = "eq.ddt"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    // expected-error@below {{'E' and 'v' are implicit and coupled, which is not supported yet}}
    "eq.equation"(%dE, %v) <{variable = @E, method = "implicit"}> : (f64, f64) -> ()
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %minus = "arith.negf"(%E) : (f64) -> f64
    "eq.equation"(%dv, %minus) <{variable = @v, method = "implicit"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()

// -----

// Also by way of assignments: q says what u is, s what v is.
"net.population"() <{sym_name = "coupled_by_assignments", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "q", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "s", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "u", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  %u = "eq.read"() <{variable = @u}> : () -> f64
  "eq.write"(%u) <{variable = @q}> : (f64) -> ()
  "eq.system"() ({
    %du = "eq.ddt"() <{variable = @u}> : () -> f64
    %s = "eq.read"() <{variable = @s}> : () -> f64
    // expected-error@below {{'u' and 'v' are implicit and coupled, which is not supported yet}}
    "eq.equation"(%du, %s) <{variable = @u, method = "implicit"}> : (f64, f64) -> ()
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %q = "eq.read"() <{variable = @q}> : () -> f64
    "eq.equation"(%dv, %q) <{variable = @v, method = "implicit"}> : (f64, f64) -> ()
  }) : () -> ()
  %v = "eq.read"() <{variable = @v}> : () -> f64
  "eq.write"(%v) <{variable = @s}> : (f64) -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()

// -----

// There are no other methods.
"net.population"() <{sym_name = "no_method", size = 1 : i64, kind = "rate"}> ({
  "eq.variable"() <{sym_name = "tau", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "E", type = f64, role = "parameter", locality = "local", frozen = false}> : () -> ()
  "eq.variable"() <{sym_name = "v", type = f64, role = "variable", locality = "local", frozen = false}> : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.system"() ({
    %tau = "eq.read"() <{variable = @tau}> : () -> f64
    %dv = "eq.ddt"() <{variable = @v}> : () -> f64
    %lhs = "arith.mulf"(%tau, %dv) : (f64, f64) -> f64
    %E = "eq.read"() <{variable = @E}> : () -> f64
    %v = "eq.read"() <{variable = @v}> : () -> f64
    %rhs = "arith.subf"(%E, %v) : (f64, f64) -> f64
    // expected-error@below {{method 'leapfrog' is not supported for 'v' yet}}
    "eq.equation"(%lhs, %rhs) <{variable = @v, method = "leapfrog"}> : (f64, f64) -> ()
  }) : () -> ()
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}, {
  "eq.yield"() : () -> ()
}) : () -> ()
