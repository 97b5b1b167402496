/* A stand-in for the library of NVIDIA's driver, for the real package cuda-bindings.

   Memory of the device is memory of the process. The only kernel, "add", adds the difference of its
   first two parameters to the number whose address its table holds. PTX with the word BROKEN is
   refused; a grid of two blocks fails, and with it all that comes later. Every function answers as
   the driver does, with an error where no context is current. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int Result;
typedef unsigned long long Address;
enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_DEVICE = 101,
       INVALID_CONTEXT = 201, INVALID_PTX = 218, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700,
       LAUNCH_OUT_OF_RESOURCES = 701 };

static const size_t TOTAL = 1u << 24;
static size_t taken;
static int depth, broken;
static void *stack[16];

#define CURRENT if (!depth) return INVALID_CONTEXT; if (broken) return ILLEGAL_ADDRESS

Result cuInit(unsigned flags) { return getenv("STAND_IN_NO_DEVICE") ? NO_DEVICE : SUCCESS; }
Result cuDriverGetVersion(int *found) { *found = 12040; return SUCCESS; }
Result cuDeviceGetCount(int *found) { *found = 1; return SUCCESS; }
Result cuDeviceGet(int *found, int ordinal) { *found = ordinal; return ordinal ? INVALID_DEVICE : SUCCESS; }
Result cuDeviceGetName(char *name, int size, int device) { snprintf(name, size, "Stand-in"); return SUCCESS; }
Result cuDeviceTotalMem_v2(size_t *found, int device) { *found = TOTAL; return SUCCESS; }
Result cuDeviceGetAttribute(int *found, int kind, int device) {
    *found = kind == 75 ? 9 : kind == 76 ? 0 : kind == 16 ? 132 : -1;
    return SUCCESS;
}

Result cuDevicePrimaryCtxRetain(void **found, int device) { *found = &stack; return SUCCESS; }
Result cuCtxPushCurrent_v2(void *context) { stack[depth++] = context; return SUCCESS; }
Result cuCtxPopCurrent_v2(void **found) {
    if (!depth) return INVALID_CONTEXT;
    *found = stack[--depth];
    return SUCCESS;
}
Result cuCtxSynchronize(void) { CURRENT; return SUCCESS; }

Result cuModuleLoadDataEx(void **found, const void *text, unsigned count, int *kinds, void **values) {
    CURRENT;
    int refused = strstr(text, "BROKEN") != NULL;
    for (unsigned i = 0; i < count; i++)
        if (refused && kinds[i] == 5) strcpy(values[i], "line 3; fatal: Parsing error near 'BROKEN'");
    *found = refused ? NULL : malloc(1);
    return refused ? INVALID_PTX : SUCCESS;
}
Result cuModuleUnload(void *module) { CURRENT; free(module); return SUCCESS; }
Result cuModuleGetFunction(void **found, void *module, const char *name) {
    CURRENT;
    *found = &taken;
    return strcmp(name, "add") ? NOT_FOUND : SUCCESS;
}
Result cuFuncGetAttribute(int *found, int kind, void *function) {
    CURRENT;
    *found = kind == 0 ? 1024 : kind == 4 ? 40 : 0;
    return SUCCESS;
}

Result cuMemAlloc_v2(Address *found, size_t size) {
    CURRENT;
    if (size > TOTAL - taken) return OUT_OF_MEMORY;
    size_t *memory = aligned_alloc(256, (size + 511) / 256 * 256);
    *memory = size;
    taken += size;
    *found = (uintptr_t)memory + 256;
    return SUCCESS;
}
Result cuMemFree_v2(Address at) {
    CURRENT;
    size_t *memory = (size_t *)(uintptr_t)(at - 256);
    taken -= *memory;
    free(memory);
    return SUCCESS;
}
Result cuMemGetInfo_v2(size_t *rest, size_t *total) {
    CURRENT;
    *rest = TOTAL - taken;
    *total = TOTAL;
    return SUCCESS;
}
Result cuMemcpyHtoD_v2(Address to, const void *from, size_t size) {
    CURRENT;
    memcpy((void *)(uintptr_t)to, from, size);
    return SUCCESS;
}
Result cuMemcpyDtoH_v2(void *to, Address from, size_t size) {
    CURRENT;
    memcpy(to, (void *)(uintptr_t)from, size);
    return SUCCESS;
}
#define MEMSET(BITS) \
    Result cuMemsetD##BITS##_v2(Address at, uint##BITS##_t value, size_t count) { \
        CURRENT; \
        for (size_t i = 0; i < count; i++) ((uint##BITS##_t *)(uintptr_t)at)[i] = value; \
        return SUCCESS; \
    }
MEMSET(8)
MEMSET(16)
MEMSET(32)
Result cuMemAllocHost_v2(void **found, size_t size) { CURRENT; *found = malloc(size); return SUCCESS; }
Result cuMemFreeHost(void *memory) { CURRENT; free(memory); return SUCCESS; }

static void add(const Address *words) {
    double *number = *(double **)(uintptr_t)words[2];
    *number += (double)(words[1] - words[0]);
}
Result cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                      unsigned bz, unsigned shared, void *stream, void **words, void **extra) {
    CURRENT;
    if (bx * by * bz > 1024) return LAUNCH_OUT_OF_RESOURCES;
    if (gx == 2) { broken = 1; return SUCCESS; }
    add((Address[]){*(Address *)words[0], *(Address *)words[1], *(Address *)words[2]});
    return SUCCESS;
}

struct node {
    void *function;
    unsigned gx, gy, gz, bx, by, bz, shared;
    void **words, **extra;
};
struct graph { int size; Address words[16][3]; };
Result cuGraphCreate(void **found, unsigned flags) { CURRENT; *found = calloc(1, sizeof(struct graph)); return SUCCESS; }
Result cuGraphAddKernelNode_v2(void **found, struct graph *graph, void *const *before, size_t count, const struct node *node) {
    CURRENT;
    if (count != (graph->size != 0)) return INVALID_VALUE;  /* a chain */
    for (int i = 0; i < 3; i++) graph->words[graph->size][i] = *(Address *)node->words[i];
    *found = graph->words[graph->size++];
    return SUCCESS;
}
Result cuGraphInstantiateWithFlags(void **found, void *graph, unsigned long long flags) {
    CURRENT;
    *found = memcpy(malloc(sizeof(struct graph)), graph, sizeof(struct graph));
    return SUCCESS;
}
Result cuGraphLaunch(struct graph *graph, void *stream) {
    CURRENT;
    for (int i = 0; i < graph->size; i++) add(graph->words[i]);
    return SUCCESS;
}
Result cuGraphDestroy(void *graph) { CURRENT; free(graph); return SUCCESS; }
Result cuGraphExecDestroy(void *graph) { CURRENT; free(graph); return SUCCESS; }

Result cuEventCreate(void **found, unsigned flags) { CURRENT; *found = malloc(1); return SUCCESS; }
Result cuEventDestroy_v2(void *event) { CURRENT; free(event); return SUCCESS; }
Result cuEventRecord(void *event, void *stream) { CURRENT; return SUCCESS; }
Result cuEventSynchronize(void *event) { CURRENT; return SUCCESS; }
Result cuEventElapsedTime(float *found, void *start, void *end) { CURRENT; *found = 1.5f; return SUCCESS; }

Result cuGetErrorString(int status, const char **found) {
    *found = status == OUT_OF_MEMORY ? "out of memory" : status == NO_DEVICE ? "no device" : "an error";
    return SUCCESS;
}

/* The package asks for every function of the driver through this one. */
Result cuGetProcAddress_v2(const char *name, void **found, int version, unsigned long long flags, int *status) {
    static const char *ends[] = {"_v2", "", "WithFlags"};
    Dl_info self;
    char whole[128];
    dladdr((void *)cuInit, &self);
    void *library = dlopen(self.dli_fname, RTLD_LAZY);
    for (int i = 0; i < 3; i++) {
        snprintf(whole, sizeof whole, "%s%s", name, ends[i]);
        if ((*found = dlsym(library, whole))) break;
    }
    if (status) *status = *found ? 0 : 1;
    return *found ? SUCCESS : NOT_FOUND;
}
