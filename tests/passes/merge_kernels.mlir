// merge-kernels lets kernels of the same structure share one function; names do not count.
// RUN: merge-kernels

func.func @pop0_update(%v: memref<?xf64>, %i: index) {
  %x = memref.load %v[%i] : memref<?xf64>
  %y = arith.addf %x, %x : f64
  memref.store %y, %v[%i] : memref<?xf64>
  return
}
func.func @pop1_update(%u: memref<?xf64>, %n: index) {
  %old = memref.load %u[%n] : memref<?xf64>
  %new = arith.addf %old, %old : f64
  memref.store %new, %u[%n] : memref<?xf64>
  return
}
func.func @pop2_update(%v: memref<?xf64>, %i: index) {
  %x = memref.load %v[%i] : memref<?xf64>
  %y = arith.mulf %x, %x : f64
  memref.store %y, %v[%i] : memref<?xf64>
  return
}
func.func @f(%a: memref<?xf64>, %b: memref<?xf64>, %i: index) {
  call @pop0_update(%a, %i) : (memref<?xf64>, index) -> ()
  call @pop1_update(%b, %i) : (memref<?xf64>, index) -> ()
  call @pop2_update(%b, %i) : (memref<?xf64>, index) -> ()
  return
}
// CHECK: func.func @pop0_update(
// CHECK-NOT: func.func @pop1_update(
// CHECK: func.func @pop2_update(
// CHECK: call @pop0_update(%a, %i)
// CHECK-NEXT: call @pop0_update(%b, %i)
// CHECK-NEXT: call @pop2_update(%b, %i)
// EXEC: f([1.0, 2.0], [3.0, 4.0], 1) -> [1.0, 4.0], [3.0, 64.0]

// -----

// Another constant is another function, and so is an operand in another place.
// RUN: merge-kernels
func.func @one(%x: f64, %y: f64) -> f64 {
  %z = arith.subf %x, %y : f64
  return %z : f64
}
func.func @swapped(%x: f64, %y: f64) -> f64 {
  %z = arith.subf %y, %x : f64
  return %z : f64
}
// CHECK: func.func @one(
// CHECK: func.func @swapped(
// EXEC: one(3.0, 1.0) == 2.0
// EXEC: swapped(3.0, 1.0) == -2.0
