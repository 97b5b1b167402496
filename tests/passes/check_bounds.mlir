// check-bounds tests indices before they are used; what lies outside is noted and not touched.
// RUN: check-bounds

func.func @scalars(%thread: index, %threads: index, %i: index, %a: memref<?xf64>, %b: memref<?xi32>) {
  %x = memref.load %a[%i] : memref<?xf64>
  %n = memref.load %b[%i] : memref<?xi32>
  memref.store %x, %a[%threads] : memref<?xf64>
  memref.prefetch %b[%i], read, locality<3>, data : memref<?xi32>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index,
    %a: memref<?xf64> {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}},
    %b: memref<?xi32> {ranvier.buffer = {owner = "p", name = "b", role = "attribute", extent = "neurons"}}) {
  call @scalars(%thread, %threads, %t0, %a, %b) : (index, index, index, memref<?xf64>, memref<?xi32>) -> ()
  return
}
// CHECK-LABEL: func.func @scalars(
// CHECK: %[[S:.*]] = memref.load %$sizes[%a_place]
// CHECK: %size = arith.index_cast %[[S]]
// CHECK: %inside = arith.cmpi ult, %i, %size
// CHECK: scf.if %inside
// CHECK-NEXT: memref.load %a[%i]
// CHECK: call @ranvier_out_of_bounds(%thread, %{{.*}}, %i, %a_place, %$faults) {ranvier.access = "memref.load"}
// CHECK: memref.prefetch %b[%i]
// CHECK-LABEL: func.func @step_range(
// CHECK: call @scalars(%thread, %threads, %t0, %a, %b, %$sizes, %$faults, %{{.*}}, %{{.*}})

// -----

// Vectors lie inside as a whole; of gathers the lanes that are wanted; a table has the rows that it lists.
func.func @lanes(%thread: index, %threads: index, %i: index, %a: memref<?xf64>, %b: memref<?xf64>) {
  %two = vector.load %a[%i] : memref<?xf64>, vector<2xf64>
  %ranks = arith.constant dense<[0, 9]> : vector<2xi32>
  %mask = arith.constant dense<[true, false]> : vector<2xi1>
  %there = vector.gather %b[%threads] [%ranks], %mask, %two : memref<?xf64>, vector<2xi32>, vector<2xi1>, vector<2xf64> into vector<2xf64>
  vector.store %there, %a[%i] : memref<?xf64>, vector<2xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index,
    %a: memref<?xf64> {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}},
    %b: memref<?xmemref<?xf64>> {ranvier.buffer = {owner = ["p", "q"], name = "b", role = "attribute", extent = "neurons"}}) {
  %row = memref.load %b[%t1] : memref<?xmemref<?xf64>>
  call @lanes(%thread, %threads, %t0, %a, %row) : (index, index, index, memref<?xf64>, memref<?xf64>) -> ()
  return
}
// CHECK-LABEL: func.func @lanes(
// CHECK: %limit = arith.maxsi
// CHECK: %inside = arith.cmpi {{[a-z]+}}, %i, %limit
// CHECK: scf.if %inside
// CHECK-NEXT: vector.load %a[%i]
// CHECK: %outside = arith.andi %mask
// CHECK-LABEL: func.func @step_range(
// CHECK: arith.cmpi {{[a-z]+}}, %t1, %

// -----

// An atomic operation outside changes nothing. It gives the first element, or 1.
func.func @count(%thread: index, %threads: index, %i: index, %a: memref<?xi32>, %x: i32) -> i32 {
  %old = memref.atomic_rmw addi %x, %a[%i] : (i32, memref<?xi32>) -> i32
  return %old : i32
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index,
    %a: memref<?xi32> {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}}) {
  %x = arith.constant 3 : i32
  %y = func.call @count(%thread, %threads, %t0, %a, %x) : (index, index, index, memref<?xi32>, i32) -> i32
  %zero = arith.constant 0 : index
  memref.store %y, %a[%zero] : memref<?xi32>
  return
}
// CHECK-LABEL: func.func @count(
// CHECK: scf.if %inside
// CHECK-NEXT: memref.atomic_rmw addi
// CHECK: } else {
// CHECK: call @ranvier_out_of_bounds({{.*}}) {ranvier.access = "memref.atomic_rmw"}
// CHECK: memref.load %a[%
// CHECK-NOT: memref.atomic_rmw
// CHECK-LABEL: func.func @step_range(

// -----

// The threads of launches share one note: the first to count has it. A launch takes no numbers but
// steps: places are constants in it, unless its calls have other buffers.
func.func @look(%thread: index, %threads: index, %i: index, %a: memref<?xf64>) attributes {ranvier.launch = {items = 9 : i64}} {
  %x = memref.load %a[%thread] : memref<?xf64>
  memref.store %x, %a[%i] : memref<?xf64>
  return
}
func.func @step_range(
    %thread: index, %threads: index, %t0: index, %t1: index,
    %a: memref<?xf64> {ranvier.buffer = {owner = "p", name = "a", role = "attribute", extent = "neurons"}}) {
  call @look(%thread, %threads, %t0, %a) : (index, index, index, memref<?xf64>) -> ()
  call @look(%thread, %threads, %t1, %a) : (index, index, index, memref<?xf64>) -> ()
  return
}
// CHECK-LABEL: func.func @look(
// CHECK-NOT: %a_place
// CHECK: call @ranvier_out_of_bounds(%thread, %{{.*}}, %thread, %{{[0-9]+}}, %$faults) {ranvier.access = "memref.load"}
// CHECK-LABEL: func.func @step_range(
// CHECK: call @look(%thread, %threads, %t0, %a, %$sizes, %$faults)
// CHECK-LABEL: func.func @ranvier_out_of_bounds(
// CHECK: %[[OLD:.*]] = memref.atomic_rmw addi
// CHECK: arith.cmpi eq, %[[OLD]]
