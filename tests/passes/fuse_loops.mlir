// fuse-loops merges neighbouring parallel loops over the same neurons.
// RUN: fuse-loops

// The second loop reads what the first wrote, at the same neuron: one loop does both.
func.func @fused(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  scf.for %j = %low to %high step %one {
    %z = memref.load %v[%j] : memref<?xf64>
    memref.store %z, %w[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @fused(
// CHECK-COUNT-1: scf.for
// CHECK: memref.store %y, %v[%i]
// CHECK-NEXT: %z = memref.load %v[%i]
// CHECK-NEXT: memref.store %z, %w[%i]
// CHECK-NOT: scf.for
// CHECK: {parallel = 16 : i64}
// EXEC: fused([1.0] * 16, [0.0] * 16, 0, 16) -> [2.0] * 16, [2.0] * 16

// -----

// What stands between the loops moves in front of the first.
func.func @between(%v: memref<?xf64>, %k: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  %a = memref.load %k[%zero] : memref<?xf64>
  %b = arith.mulf %a, %a : f64
  scf.for %j = %low to %high step %one {
    %z = memref.load %v[%j] : memref<?xf64>
    %u = arith.mulf %z, %b : f64
    memref.store %u, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @between(
// CHECK: %b = arith.mulf %a, %a
// CHECK-NEXT: scf.for
// CHECK-NOT: scf.for
// CHECK: return
// EXEC: between([1.0] * 16, [3.0], 0, 16) -> [18.0] * 16, [3.0]

// -----

// It does not move if the first loop writes what it reads ...
func.func @between_reads(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  %a = memref.load %v[%zero] : memref<?xf64>
  // expected-remark@below {{'memref.load' between the loops cannot move in front of them}}
  scf.for %j = %low to %high step %one {
    %z = memref.load %v[%j] : memref<?xf64>
    %u = arith.mulf %z, %a : f64
    memref.store %u, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @between_reads(
// CHECK-COUNT-2: scf.for
// EXEC: between_reads([1.0] * 16, 0, 16) -> [4.0] * 16

// -----

// ... or reads what it writes.
func.func @between_writes(%v: memref<?xf64>, %k: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %zero = arith.constant 0 : index
  scf.for %i = %low to %high step %one {
    %a = memref.load %k[%zero] : memref<?xf64>
    memref.store %a, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  %seven = arith.constant 7.0 : f64
  memref.store %seven, %k[%zero] : memref<?xf64>
  // expected-remark@below {{'memref.store' between the loops cannot move in front of them}}
  scf.for %j = %low to %high step %one {
    %z = memref.load %v[%j] : memref<?xf64>
    %u = arith.addf %z, %z : f64
    memref.store %u, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @between_writes(
// CHECK-COUNT-2: scf.for
// EXEC: between_writes([0.0] * 16, [2.0], 0, 16) -> [4.0] * 16, [7.0]

// -----

// A call between the loops may do anything.
func.func @anything(%v: memref<?xf64>) {
  %zero = arith.constant 0 : index
  %seven = arith.constant 7.0 : f64
  memref.store %seven, %v[%zero] : memref<?xf64>
  return
}
func.func @call_between(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %v[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  call @anything(%v) : (memref<?xf64>) -> ()
  // expected-remark@below {{'func.call' between the loops cannot move in front of them}}
  scf.for %j = %low to %high step %one {
    %x2 = memref.load %v[%j] : memref<?xf64>
    %y2 = arith.addf %x2, %x2 : f64
    memref.store %y2, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// EXEC: call_between([1.0] * 16, 0, 16) -> [14.0] + [4.0] * 15

// -----

// Other neurons: other bounds, another step.
func.func @other_bounds(%v: memref<?xf64>, %low: index, %middle: index, %high: index) {
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f64
  %y = arith.constant 2.0 : f64
  scf.for %i = %low to %middle step %one {
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  // expected-remark@below {{its bounds differ from those of the loop before}}
  scf.for %j = %low to %high step %one {
    memref.store %y, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @other_bounds(
// CHECK-COUNT-2: scf.for
// EXEC: other_bounds([0.0] * 32, 0, 16, 32) -> [2.0] * 32

// -----

// The second loop reads another neuron than its own: it has to wait for the whole first loop.
func.func @other_element(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f64
  scf.for %i = %low to %high step %one {
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  %fifteen = arith.constant 15 : index
  // expected-remark@below {{%v is shared at other elements than [i]}}
  scf.for %j = %low to %high step %one {
    %k = arith.subi %fifteen, %j : index
    %z = memref.load %v[%k] : memref<?xf64>
    memref.store %z, %w[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @other_element(
// CHECK-COUNT-2: scf.for
// EXEC: other_element([0.0] * 16, [0.0] * 16, 0, 16) -> [1.0] * 16, [1.0] * 16

// -----

// The same for a sum over all neurons of the first loop ...
func.func @sum(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f64
  %nothing = arith.constant 0.0 : f64
  scf.for %i = %low to %high step %one {
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  // expected-remark@below {{%v is shared at other elements than [i]}}
  scf.for %j = %low to %high step %one {
    %s = scf.for %k = %low to %high step %one iter_args(%t = %nothing) -> (f64) {
      %z = memref.load %v[%k] : memref<?xf64>
      %r = arith.addf %t, %z : f64
      scf.yield %r : f64
    }
    memref.store %s, %w[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @sum(
// CHECK: scf.for
// CHECK: } {parallel
// CHECK: scf.for
// EXEC: sum([0.0] * 16, [0.0] * 16, 0, 16) -> [1.0] * 16, [16.0] * 16

// -----

// ... and where the first loop reads other neurons and the second writes them.
func.func @writes_what_others_read(%v: memref<?xf64>, %w: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %fifteen = arith.constant 15 : index
  %x = arith.constant 1.0 : f64
  scf.for %i = %low to %high step %one {
    %k = arith.subi %fifteen, %i : index
    %z = memref.load %v[%k] : memref<?xf64>
    memref.store %z, %w[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  // expected-remark@below {{%v is shared at other elements than [i]}}
  scf.for %j = %low to %high step %one {
    memref.store %x, %v[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @writes_what_others_read(
// CHECK-COUNT-2: scf.for
// EXEC: writes_what_others_read([0.0] * 16, [5.0] * 16, 0, 16) -> [1.0] * 16, [0.0] * 16

// -----

// A call in a loop may touch anything.
func.func @effect(%v: memref<?xf64>) {
  return
}
func.func @call_inside(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f64
  scf.for %i = %low to %high step %one {
    memref.store %x, %v[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  // expected-remark@below {{it calls a function}}
  scf.for %j = %low to %high step %one {
    func.call @effect(%v) : (memref<?xf64>) -> ()
  } {parallel = 16 : i64}
  // expected-remark@below {{the loop before calls a function}}
  scf.for %k = %low to %high step %one {
    memref.store %x, %v[%k] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// EXEC: call_inside([0.0] * 16, 0, 16) -> [1.0] * 16

// -----

// Three loops: what the first two touch together counts for the third.
func.func @three(%a: memref<?xf64>, %b: memref<?xf64>, %c: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %fifteen = arith.constant 15 : index
  scf.for %i = %low to %high step %one {
    %x = memref.load %a[%i] : memref<?xf64>
    %y = arith.addf %x, %x : f64
    memref.store %y, %a[%i] : memref<?xf64>
  } {parallel = 16 : i64}
  scf.for %j = %low to %high step %one {
    %y2 = memref.load %a[%j] : memref<?xf64>
    memref.store %y2, %b[%j] : memref<?xf64>
  } {parallel = 16 : i64}
  // expected-remark@below {{%b is shared at other elements than [i]}}
  scf.for %k = %low to %high step %one {
    %m = arith.subi %fifteen, %k : index
    %z = memref.load %b[%m] : memref<?xf64>
    memref.store %z, %c[%k] : memref<?xf64>
  } {parallel = 16 : i64}
  return
}
// CHECK-LABEL: func.func @three(
// CHECK-COUNT-2: scf.for
// EXEC: three([1.0] * 16, [0.0] * 16, [0.0] * 16, 0, 16) -> [2.0] * 16, [2.0] * 16, [2.0] * 16

// -----

// Loops that carry values from iteration to iteration stay as they are.
func.func @carried(%v: memref<?xf64>, %low: index, %high: index, %x: f64) -> (f64, f64) {
  %one = arith.constant 1 : index
  %first = scf.for %i = %low to %high step %one iter_args(%s = %x) -> (f64) {
    %y = memref.load %v[%i] : memref<?xf64>
    %t = arith.addf %s, %y : f64
    scf.yield %t : f64
  } {parallel = 16 : i64}
  // expected-remark@below {{it carries values from iteration to iteration}}
  %second = scf.for %j = %low to %high step %one iter_args(%s = %x) -> (f64) {
    %y2 = memref.load %v[%j] : memref<?xf64>
    %t2 = arith.subf %s, %y2 : f64
    scf.yield %t2 : f64
  } {parallel = 16 : i64}
  return %first, %second : f64, f64
}
// CHECK-LABEL: func.func @carried(
// CHECK-COUNT-2: scf.for
// EXEC: carried([1.0] * 16, 0, 16, 2.0) == (18.0, -14.0)

// -----

// A loop without the promise of independent iterations is left alone.
func.func @not_parallel(%v: memref<?xf64>, %low: index, %high: index) {
  %one = arith.constant 1 : index
  %x = arith.constant 1.0 : f64
  scf.for %i = %low to %high step %one {
    memref.store %x, %v[%i] : memref<?xf64>
  }
  scf.for %j = %low to %high step %one {
    %z = memref.load %v[%j] : memref<?xf64>
    memref.store %z, %v[%j] : memref<?xf64>
  }
  return
}
// CHECK-LABEL: func.func @not_parallel(
// CHECK-COUNT-2: scf.for
// EXEC: not_parallel([0.0] * 4, 0, 4) -> [1.0] * 4

// -----

// In tasks of the level of loops all neurons are one range. A sample of @v is taken between the
// second and the third loop: these stay apart. Two loops that append would append in another order.
// RUN: fuse-loops
net.population @cells size 3 kind spike {
  declarations {
    eq.variable @v : f64 local variable
  }
}
net.monitor @m of @cells records {variable = ["v"]}
loops.step {
  loops.phase neurons {
    loops.task update of @cells recorded by [@m] {
      %one = arith.constant 1.0 : f64
      %zero = arith.constant 0 : i32
      loops.neurons (%i: index) {
        %v = loops.load @v[%i] of own : f64
        %u = arith.addf %v, %one : f64
        loops.store %u, @v[%i] of own : f64
      }
      loops.neurons (%i: index) {
        %v = loops.load @v[%i] of own : f64
        %hit = arith.cmpf ogt, %v, %one : f64
        loops.append %i if %hit : i1
      }
      loops.record 0 {variable = ["v"]}
      // expected-remark@below {{'loops.record' between the loops cannot move in front of them}}
      loops.neurons (%i: index) {
        %left = loops.refractory %i
        %free = arith.cmpi sgt, %left, %zero : i32
        loops.append %i if %free : i1
      }
      // expected-remark@below {{spikes is shared at other elements than [i]}}
      loops.neurons (%i: index) {
        %v = loops.load @v[%i] of own : f64
        %hit = arith.cmpf ogt, %v, %one : f64
        loops.append %i if %hit : i1
      }
    }
  }
}
// CHECK: loops.neurons (%i: index)
// CHECK: loops.store %u, @v[%i]
// CHECK-NEXT: %v_1 = loops.load @v[%i]
// CHECK-NEXT: %hit = arith.cmpf
// CHECK-NEXT: loops.append %i if %hit
// CHECK-NEXT: }
// CHECK-NEXT: loops.record
// CHECK-NEXT: loops.neurons
