// inline-kernels puts kernels in the place of their calls in launches, and drops them.
// RUN: inline-kernels

// Two calls of one kernel with different buffers, and a call in a loop over tables.
func.func @add(%thread: index, %threads: index, %step: index, %r: memref<?xf64>, %s: memref<?xf64>) {
  %one = arith.constant 1 : index
  scf.for %i = %thread to %step step %one {
    %x = memref.load %r[%i] : memref<?xf64>
    %y = memref.load %s[%i] : memref<?xf64>
    %z = arith.addf %x, %y : f64
    memref.store %z, %r[%i] : memref<?xf64>
  }
  return
}
// A kernel that no launch calls stays.
func.func @other(%thread: index, %threads: index, %step: index, %r: memref<?xf64>) {
  return
}
func.func @launch0(%thread: index, %threads: index, %step: index, %a: memref<?xf64>, %b: memref<?xf64>)
    attributes {ranvier.launch = {items = 2 : i64}} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  func.call @add(%thread, %threads, %step, %a, %b) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  scf.for %row = %zero to %two step %one {
    func.call @add(%row, %threads, %step, %b, %a) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  }
  return
}
// CHECK-NOT: @add
// CHECK: func.func @other
// CHECK: func.func @launch0
// CHECK: scf.for %i = %thread to %step
// CHECK: memref.load %a[%i]
// CHECK: memref.load %b[%i]
// CHECK: memref.store %{{.*}}, %a[%i]
// CHECK: scf.for %row
// CHECK: scf.for %i{{.*}} = %row to %step
// CHECK: memref.store %{{.*}}, %b[
// CHECK-NOT: func.call
// a becomes 1 + 10, 2 + 20; then b 10 + 11, 20 + 22, and its second element once more.
// EXEC: launch0(0, 1, 2, [1.0, 2.0], [10.0, 20.0]) -> dict(a=[11.0, 22.0], b=[21.0, 64.0])

// -----

// Without launches nothing changes.
func.func @update(%thread: index, %threads: index, %step: index, %r: memref<?xf64>) {
  return
}
func.func @step_range(%thread: index, %threads: index, %t0: index, %t1: index, %r: memref<?xf64>) {
  func.call @update(%thread, %threads, %t0, %r) : (index, index, index, memref<?xf64>) -> ()
  return
}
// CHECK: call @update
