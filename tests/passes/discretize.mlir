// discretize replaces derivatives by the update of their numerical method. The equation of most cases
// is tau*dv/dt = E - v with tau = 2, E = 1, v = 3, and dt = 1.
// RUN: discretize,cse,dce

// What is called is the kernel, through which the numbers can be seen.
// RUN: discretize,choose-layout,lower-equations,map-to-threads,expand-propagators --check-prefix=KERNEL

// explicit: v + (dt/tau) (E - v)
// USE: relaxing{method=explicit}
// CHECK-LABEL: net.population @explicit size
// CHECK-NOT: eq.ddt
// CHECK: %[[RATE:.*]] = arith.subf %E, %v
// CHECK: %[[STEP:.*]] = arith.divf %dt, %tau
// CHECK: %[[NEW:.*]] = math.fma %[[RATE]], %[[STEP]], %v
// CHECK: eq.write @v, %[[NEW]]
// CHECK-NOT: eq.equation
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.0] * 16)

// -----

// exponential: v + (1 - exp(-dt/tau)) (E - v), exact for this equation
// USE: relaxing{method=exponential}
// CHECK-LABEL: net.population @exponential size
// CHECK: %[[S:.*]] = arith.divf %dt, %tau
// CHECK: %[[MINUS:.*]] = arith.negf %[[S]]
// CHECK: %[[GAP:.*]] = arith.subf %E, %v
// CHECK: %[[CHANGE:.*]] = special.bounded_expm1 %[[MINUS]]
// CHECK: %[[PART:.*]] = arith.negf %[[CHANGE]]
// CHECK-NOT: arith.select
// CHECK: %[[NEW:.*]] = math.fma %[[GAP]], %[[PART]], %v
// CHECK: eq.write @{{.*}}, %[[NEW]]
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.213061319425267] * 16)

// -----

// implicit: (v + (dt/tau) E) / (1 + dt/tau)
// USE: relaxing{method=implicit}
// CHECK-LABEL: net.population @implicit size
// CHECK: %[[S:.*]] = arith.divf %dt, %tau
// CHECK: %[[TOP:.*]] = math.fma %E, %[[S]], %v
// CHECK: %[[BOTTOM:.*]] = arith.addf {{.*}}, %[[S]]
// CHECK: arith.divf %[[TOP]], %[[BOTTOM]]
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.3333333333333335] * 16)

// -----

// semiimplicit: v + dt/(tau + dt) (E - v)
// USE: relaxing{method=semiimplicit}
// CHECK-LABEL: net.population @semiimplicit size
// CHECK: %[[BOTH:.*]] = arith.addf %tau, %dt
// CHECK: %[[GAP:.*]] = arith.subf %E, %v
// CHECK: %[[PART:.*]] = arith.divf %dt, %[[BOTH]]
// CHECK: math.fma %[[GAP]], %[[PART]], %v
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.3333333333333335] * 16)

// -----

// midpoint: the rate is taken half a step ahead.
// USE: relaxing{method=midpoint}
// CHECK-LABEL: net.population @midpoint size
// CHECK: %[[HALF:.*]] = arith.mulf %dt,
// CHECK: %[[MIDDLE:.*]] = math.fma {{.*}}, %v
// CHECK: arith.subf %E, %[[MIDDLE]]
// CHECK: eq.write
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.25] * 16)

// -----

// rk4: v + dt/6 (k1 + 2 k2 + 2 k3 + k4) / tau
// USE: relaxing{method=rk4}
// CHECK-LABEL: net.population @rk4 size
// CHECK-COUNT-4: arith.subf %E,
// CHECK-NOT: arith.subf
// CHECK: eq.write
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.2135416666666665] * 16)

// -----

// However the equation is written: E = dv/dt*tau + v.
net.population @turned_around size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dv = eq.ddt @v : f64
      %v = eq.read @v : f64
      %product = arith.mulf %dv, %tau : f64
      %lhs = arith.addf %product, %v : f64
      %E = eq.read @E : f64
      eq.equation @v by exponential : %E = %lhs : f64
    }
  }
}
// CHECK-LABEL: net.population @turned_around size
// CHECK: special.bounded_expm1
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.213061319425267] * 16)

// -----

// A decay that may fade away (here tau, in dv/dt = E - tau*v) divides nothing where s = dt*tau is
// less than a rounding: 0, 1e-300, 1e-20 and 1. The last is 3 + (1 - 3*1) (1 - exp(-1)).
// USE: fading{method=exponential}
// CHECK-LABEL: net.population @fading size
// CHECK: %[[CHANGE:.*]] = special.bounded_expm1 %[[MINUS:.*]]
// CHECK: %[[LENGTH:.*]] = arith.divf %[[CHANGE]], %
// CHECK: %[[SIZE:.*]] = math.absf %[[MINUS]]
// CHECK: %[[NONE:.*]] = arith.cmpf {{[a-z]+}}, %[[SIZE]],
// CHECK: %[[PART:.*]] = arith.select %[[NONE]], %dt, %
// CHECK: math.fma {{.*}}, %[[PART]], %v
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[0.0, 1e-300, 1e-20, 1.0] * 4, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[4.0, 4.0, 4.0, 1.7357588823428847] * 4)

// -----

// The same with the semi-implicit method: the last is 3 + (1 - 3*1)/2.
// USE: fading{method=semiimplicit}
// CHECK-LABEL: net.population @fading size
// CHECK-NOT: arith.select
// CHECK: %[[BOTH:.*]] = math.fma %tau, %dt,
// CHECK: arith.divf %dt, %[[BOTH]]
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[0.0, 1e-300, 1e-20, 1.0] * 4, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[4.0, 4.0, 4.0, 2.0] * 4)

// -----

// Without a drive v is multiplied by exp(-dt/tau), which is all that is left of it where tau is 0.01.
// USE: decaying{method=exponential}
// CHECK-LABEL: net.population @decaying size
// CHECK: %[[FACTOR:.*]] = special.bounded_exp
// CHECK: arith.mulf %v, %[[FACTOR]]
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0, 0.01] * 8, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[1.8195919791379003, 1.1160227928062509e-43] * 8)

// -----

// The semi-implicit method takes dt/(tau + dt) of v away, or keeps tau/(tau + dt) where that is less.
// USE: decaying{method=semiimplicit}
// CHECK-LABEL: net.population @decaying size
// CHECK: %[[NEAR:.*]] = arith.cmpf {{[a-z]+}},
// CHECK: %[[AMOUNT:.*]] = arith.select %[[NEAR]],
// CHECK: %[[BASE:.*]] = arith.select %[[NEAR]], %v,
// CHECK: math.fma %v, %[[AMOUNT]], %[[BASE]]
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[3.0, 2.0**-100] * 8, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[2.25, 3.0 * 2.0**-100] * 8)

// -----

// Nothing decays: the explicit step is exact.
net.population @no_decay size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dv = eq.ddt @v : f64
      %lhs = arith.mulf %tau, %dv : f64
      %E = eq.read @E : f64
      eq.equation @v by exponential : %lhs = %E : f64
    }
  }
}
// CHECK-LABEL: net.population @no_decay size
// CHECK-NOT: math.exp
// CHECK: eq.write
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], tau=[2.0] * 16, E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(v=[3.5] * 16)

// -----

// Equations of one system are advanced together: both see the values before the step.
net.population @together size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dE = eq.ddt @E : f64
      %v = eq.read @v : f64
      eq.equation @E by explicit : %dE = %v : f64
      %dv = eq.ddt @v : f64
      %E = eq.read @E : f64
      %minus = arith.negf %E : f64
      eq.equation @v by explicit : %dv = %minus : f64
    }
  }
}
// CHECK-LABEL: net.population @together size
// CHECK: eq.write @E, {{.*}}
// CHECK-NEXT: eq.write @v, {{.*}}
// KERNEL-LABEL: func.func @together_update(
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], E=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(E=[4.0] * 16, v=[2.0] * 16)

// -----

// The exponential method needs an equation that is linear in its variable.
net.population @not_linear size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dv = eq.ddt @v : f64
      %v = eq.read @v : f64
      // expected-note@below {{'v' occurs here in a term that is not linear}}
      %rhs = arith.mulf %v, %v : f64
      // expected-error@below {{method 'exponential' needs an equation that is linear in 'v'}}
      eq.equation @v by exponential : %dv = %rhs : f64
    }
  }
}

// -----

// Other methods take any equation: dv/dt = v*v.
net.population @square size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dv = eq.ddt @v : f64
      %v = eq.read @v : f64
      %rhs = arith.mulf %v, %v : f64
      eq.equation @v by explicit : %dv = %rhs : f64
    }
  }
}
// CHECK-LABEL: net.population @square size
// CHECK: eq.write

// -----

// dv/dt = dv/dt + E says nothing of v.
net.population @cancels size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dv = eq.ddt @v : f64
      %E = eq.read @E : f64
      %rhs = arith.addf %dv, %E : f64
      // expected-error@below {{dv/dt cancels out of its equation}}
      eq.equation @v by explicit : %dv = %rhs : f64
    }
  }
}

// -----

// (dv/dt)**2 = E has two solutions.
net.population @two_solutions size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dv = eq.ddt @v : f64
      // expected-error@below {{the equation of 'v' is not linear in dv/dt}}
      %lhs = arith.mulf %dv, %dv : f64
      %E = eq.read @E : f64
      eq.equation @v by explicit : %lhs = %E : f64
    }
  }
}

// -----

// What a system is given from outside stays during the stages: dv/dt = -v/2 with v held is
// explicit. Inside, v is that of the stage: 4 (1 - 1/2 + 1/8) = 2.5.
net.population @held size 1 kind rate {
  declarations {
    eq.variable @u : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    %before = eq.read @v : f64
    %half = arith.constant -0.5 : f64
    eq.system {
      %du = eq.ddt @u : f64
      %slope = arith.mulf %half, %before : f64
      eq.equation @u by midpoint : %du = %slope : f64
      %dv = eq.ddt @v : f64
      %v = eq.read @v : f64
      %rate = arith.mulf %half, %v : f64
      eq.equation @v by midpoint : %dv = %rate : f64
    }
  }
}
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[4.0] * 16, v=[4.0] * 16, dt=[1.0]) -> dict(u=[2.0] * 16, v=[2.5] * 16)

// -----

// Nor is it a term of a linear equation: dv/dt = -v (held) with exponential has no decay.
net.population @no_decay size 1 kind rate {
  declarations {
    eq.variable @u : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    %before = eq.read @v : f64
    eq.system {
      %dv = eq.ddt @v : f64
      %rate = arith.negf %before : f64
      eq.equation @v by exponential : %dv = %rate : f64
    }
  }
}
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[0.0] * 16, v=[4.0] * 16, dt=[0.5]) -> dict(v=[2.0] * 16)

// -----

// midpoint and rk4 share their stages. du/dt = v with rk4, dv/dt = u with midpoint, from u = 0 and
// v = 1: v at the stages is 1, 1, 5/4, 3/2 and u 0, 1/2, 1/2, 5/4. So u becomes
// (1 + 2 (1 + 5/4) + 3/2)/6 = 7/6, and v becomes 1 + 1/2.
net.population @shared_stages size 1 kind rate {
  declarations {
    eq.variable @u : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %du = eq.ddt @u : f64
      %v = eq.read @v : f64
      eq.equation @u by rk4 : %du = %v : f64
      %dv = eq.ddt @v : f64
      %u = eq.read @u : f64
      eq.equation @v by midpoint : %dv = %u : f64
    }
  }
}
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], u=[0.0] * 16, v=[1.0] * 16, dt=[1.0]) -> dict(u=[1.1666666666666665] * 16, v=[1.5] * 16)

// -----

// Two implicit equations that read each other would have to be solved together.
net.population @coupled size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dE = eq.ddt @E : f64
      %v = eq.read @v : f64
      // expected-error@below {{'E' and 'v' are implicit and coupled, which is not supported yet}}
      eq.equation @E by implicit : %dE = %v : f64
      %dv = eq.ddt @v : f64
      %E = eq.read @E : f64
      %minus = arith.negf %E : f64
      eq.equation @v by implicit : %dv = %minus : f64
    }
  }
}

// -----

// Also by way of assignments: q says what u is, s what v is.
net.population @coupled_by_assignments size 1 kind rate {
  declarations {
    eq.variable @q : f64 local variable
    eq.variable @s : f64 local variable
    eq.variable @u : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    %u = eq.read @u : f64
    eq.write @q, %u : f64
    eq.system {
      %du = eq.ddt @u : f64
      %s = eq.read @s : f64
      // expected-error@below {{'u' and 'v' are implicit and coupled, which is not supported yet}}
      eq.equation @u by implicit : %du = %s : f64
      %dv = eq.ddt @v : f64
      %q = eq.read @q : f64
      eq.equation @v by implicit : %dv = %q : f64
    }
    %v = eq.read @v : f64
    eq.write @s, %v : f64
  }
}

// -----

// There are no other methods.
net.population @no_method size 1 kind rate {
  declarations {
    eq.variable @tau : f64 local parameter
    eq.variable @E : f64 local parameter
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %tau = eq.read @tau : f64
      %dv = eq.ddt @v : f64
      %lhs = arith.mulf %tau, %dv : f64
      %E = eq.read @E : f64
      %v = eq.read @v : f64
      %rhs = arith.subf %E, %v : f64
      // expected-error@below {{there is no method 'leapfrog' for 'v'}}
      eq.equation @v by leapfrog : %lhs = %rhs : f64
    }
  }
}

// -----

// exact: g grows by 1 each ms, and v by g: after 1 ms v + g + 1/2, where euler has v + g. The matrix
// cannot be inverted.
net.population @exact size 1 kind rate {
  declarations {
    eq.variable @g : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %one = arith.constant 1.0 : f64
      %dg = eq.ddt @g : f64
      eq.equation @g by exact : %dg = %one : f64
      %dv = eq.ddt @v : f64
      %g = eq.read @g : f64
      eq.equation @v by exact : %dv = %g : f64
    }
  }
}
// CHECK-LABEL: net.population @exact size
// CHECK: %[[SLOPE:.*]] = arith.mulf %one, %dt
// CHECK: special.propagator 2(%[[SLOPE]]) at [2]
// CHECK: eq.write @g
// CHECK-NEXT: eq.write @v
// CHECK-NOT: eq.equation
// KERNEL-LABEL: func.func @exact_update
// EXEC: step_range(0, 1, 0, 1, barrier=[0] * 16, borders=[0, 16], g=[1.0] * 16, v=[3.0] * 16, dt=[1.0]) -> dict(g=[2.0] * 16, v=[4.5] * 16)

// -----

// A product of two variables of a block is not linear.
net.population @exact_product size 1 kind rate {
  declarations {
    eq.variable @g : f64 local variable
    eq.variable @v : f64 local variable
  }
  equations {
    eq.system {
      %dg = eq.ddt @g : f64
      %g = eq.read @g : f64
      %right_g = arith.negf %g : f64
      eq.equation @g by exact : %dg = %right_g : f64
      %dv = eq.ddt @v : f64
      %v = eq.read @v : f64
      // expected-note@below {{'g' and 'v' occur here in a term that is not linear}}
      %right_v = arith.mulf %g, %v : f64
      // expected-error@below {{method 'exact' needs equations that are linear in 'g' and 'v'}}
      eq.equation @v by exact : %dv = %right_v : f64
    }
  }
}
