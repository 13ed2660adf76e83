/*
 * The native limit: the same trees in flat heaps of 64 nodes and 64 leaves, 8 trees side by side, no branch on a
 * feature. `gcc -O3 -march=native`. The line that the WebAssembly scorer is measured against; never deployed.
 *
 *   forest MODEL.bin ROWS.f32 MARGINS.f32
 *
 * Writes the margins of all rows, then times as many calls as each line of standard input says, over the rows in
 * turn, and answers with a line of nanoseconds a call. The model is the bench's own: it is not checked here.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIDE_BY_SIDE 8
#define MAX_TREES 2048
#define MAX_FEATURES 256
#define MAX_CLASSES 24
#define HEADER_BYTES 192

/* One tree: 64 nodes in heap order, the first unused, then 64 leaves. */
#define TREE_BYTES 768
#define LEAVES 512

static unsigned char *heaps;
static uint32_t tree_count, class_count, feature_count;
static float base_margins[MAX_CLASSES];
static int32_t keys[2 * MAX_FEATURES];
static float terms[MAX_TREES + 4];
static uint32_t exits[MAX_TREES];

static unsigned char *read_file(const char *path, long *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  *bytes = ftell(file);
  rewind(file);
  unsigned char *content = malloc(*bytes);
  if (fread(content, 1, *bytes, file) != (size_t)*bytes) exit(1);
  fclose(file);
  return content;
}

/* From levels, as the blob has them, to a heap for each tree. */
static void load(const unsigned char *blob) {
  memcpy(&tree_count, blob + 20, 4);
  memcpy(&class_count, blob + 24, 4);
  memcpy(&feature_count, blob + 28, 4);
  memcpy(base_margins, blob + 96, sizeof base_margins);
  uint32_t stride = (tree_count + 7) & ~7u;
  const unsigned char *leaves = blob + HEADER_BYTES + 8 * 63 * stride + 4 * 63 * stride;
  heaps = aligned_alloc(64, (size_t)TREE_BYTES * stride);
  for (uint32_t t = 0; t < stride; t++) {
    for (uint32_t level = 0; level < 6; level++) {
      uint32_t first = stride * ((1u << level) - 1) + (t << level);
      memcpy(heaps + TREE_BYTES * t + (8ul << level), blob + HEADER_BYTES + 8 * first, 8ul << level);
    }
    memcpy(heaps + TREE_BYTES * t + LEAVES, leaves + 256 * t, 256);
  }
}

static void make_keys(const float *features) {
  for (uint32_t i = 0; i < feature_count; i++) {
    float value = features[i] + 0.0f;
    int32_t key;
    memcpy(&key, &value, 4);
    key ^= (int32_t)((uint32_t)(key >> 31) >> 1);
    int present = features[i] == features[i];
    keys[i] = present ? key : (int32_t)0x807fffff;
    keys[MAX_FEATURES + i] = present ? key : 0x7f800000;
  }
}

/* Pointers rather than an array of structs, and sums by four: gcc 12 makes half as much of the plainer forms. */
static void score(const float *features, float *margins) {
  typedef float four_t __attribute__((vector_size(16), aligned(4)));
  const uint32_t trees_here = tree_count, classes_here = class_count;
  make_keys(features);
  const unsigned char *tree = heaps;
  for (uint32_t t = 0; t < trees_here; t += SIDE_BY_SIDE, tree += SIDE_BY_SIDE * TREE_BYTES) {
    uint32_t at[SIDE_BY_SIDE];
    for (int k = 0; k < SIDE_BY_SIDE; k++) at[k] = 1;
#pragma GCC unroll 6
    for (int level = 0; level < 6; level++) {
#pragma GCC unroll 8
      for (int k = 0; k < SIDE_BY_SIDE; k++) {
        uint64_t node = ((const uint64_t *)(tree + TREE_BYTES * k))[at[k]];
        int32_t key = *(const int32_t *)((const char *)keys + (uint32_t)node);
        at[k] = 2 * at[k] + (key < (int32_t)(node >> 32));
      }
    }
    for (int k = 0; k < SIDE_BY_SIDE; k++) {
      exits[t + k] = at[k];
      terms[t + k] = ((const float *)(tree + TREE_BYTES * k + LEAVES))[at[k] - 64];
    }
  }
  for (uint32_t lane = 0; lane < classes_here; lane += 4) {
    four_t sum = *(const four_t *)(base_margins + lane);
    for (uint32_t t = lane; t < trees_here + lane; t += classes_here) sum += *(const four_t *)(terms + t);
    *(four_t *)(margins + lane) = sum;
  }
}

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e9 * time.tv_sec + time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  long bytes;
  load(read_file(arguments[1], &bytes));
  float *rows = (float *)read_file(arguments[2], &bytes);
  long row_count = bytes / (4 * feature_count);
  float input[MAX_FEATURES], margins[MAX_CLASSES];

  FILE *out = fopen(arguments[3], "wb");
  if (!out) return 1;
  for (long row = 0; row < row_count; row++) {
    score(rows + row * feature_count, margins);
    fwrite(margins, 4, class_count, out);
  }
  fclose(out);

  long calls, row = 0;
  volatile float sink = 0;
  while (scanf("%ld", &calls) == 1) {
    double start = now_ns();
    for (long call = 0; call < calls; call++) {
      memcpy(input, rows + row * feature_count, 4 * feature_count);
      score(input, margins);
      sink += margins[0];
      row = row + 1 == row_count ? 0 : row + 1;
    }
    printf("%.1f\n", (now_ns() - start) / calls);
    fflush(stdout);
  }
  return sink == 12345.f;
}
