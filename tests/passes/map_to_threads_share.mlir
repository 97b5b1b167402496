// map-to-threads{share=true} maps populations that differ in their names only once, and calls the
// kernels with the buffers of each.
// RUN: discretize,choose-layout,lower-equations{share=true},map-to-threads{share=true}

net.population @one size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %r = eq.read @r : f64
    %s = arith.addf %r, %r : f64
    eq.write @r, %s : f64
  }
}
net.population @two size 3 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %q = eq.read @r : f64
    %t = arith.addf %q, %q : f64
    eq.write @r, %t : f64
  }
}
// CHECK: func.func @one_update(
// CHECK-NOT: func.func @two_update(
// CHECK: func.func @step_range(
// CHECK: call @one_update(%thread, %threads, %step, %one.$borders, %one.r)
// CHECK: call @one_update(%thread, %threads, %step, %two.$borders, %two.r)
