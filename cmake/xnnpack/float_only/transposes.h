/* Transposes of elements of one and two bytes, which no value of ours has: unrolled, they are among
 * the largest functions.
 *
 * Included ahead of XNNPACK's src/configs/transpose-config.c (cmake/xnnpack.cmake). */
#ifndef DIVISI_XNNPACK_FLOAT_ONLY_TRANSPOSES_H_
#define DIVISI_XNNPACK_FLOAT_ONLY_TRANSPOSES_H_

/* The declarations come before the macros that hide them. */
#include "xnnpack/transpose.h"

#define xnn_x8_transposec_ukernel__16x16_reuse_mov_wasmsimd 0
#define xnn_x16_transposec_ukernel__8x8_reuse_mov_wasmsimd 0

#endif
