// map-to-threads{share=true tables=true} calls the kernel of four populations and more in a loop;
// a table for each of its buffers says which it is in which row. Sizes do not matter.
// RUN: discretize,choose-layout,lower-equations{share=true},map-to-threads{share=true tables=true},place-barriers

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
    %r = eq.read @r : f64
    %s = arith.addf %r, %r : f64
    eq.write @r, %s : f64
  }
}
net.population @three size 40 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %r = eq.read @r : f64
    %s = arith.addf %r, %r : f64
    eq.write @r, %s : f64
  }
}
net.population @four size 5 kind rate {
  declarations {
    eq.variable @r : f64 local variable
  }
  equations {
    %r = eq.read @r : f64
    %s = arith.addf %r, %r : f64
    eq.write @r, %s : f64
  }
}
// CHECK: func.func @one_update(
// CHECK-NOT: func.func @two_update(
// CHECK: func.func @step_range(
// CHECK: %one.r.rows: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["one", "two", "three", "four"], name = "r", role = "attribute", extent = "neurons"}}
// CHECK: scf.for %row =
// CHECK-NEXT: %[[BORDERS:.*]] = memref.load %one.$borders.rows[%row]
// CHECK-NEXT: %[[R:.*]] = memref.load %one.r.rows[%row]
// CHECK-NEXT: call @one_update(%thread, %threads, %step, %[[BORDERS]], %[[R]])
// CHECK-NOT: call @
