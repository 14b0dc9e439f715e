/* Operators for other numbers than float32, which no model of models/FORMAT.md runs: XNNPACK's
 * graph chooses among all of them at run time, so they would be linked with their ways to pack
 * weights.
 *
 * Included ahead of each file in XNNPACK's src/subgraph (cmake/xnnpack.cmake), and of no other:
 * where the operators are defined, these macros would replace their definitions. */
#ifndef DIVISI_XNNPACK_FLOAT_ONLY_OPERATORS_H_
#define DIVISI_XNNPACK_FLOAT_ONLY_OPERATORS_H_

#include "configs.h"

/* The declarations come before the macros that hide them. */
#include "xnnpack.h"
#include "xnnpack/internal.h"
#include "xnnpack/operator.h"

#define DIVISI_UNUSED_OPERATOR xnn_status_unsupported_parameter

#define xnn_create_constant_pad_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_constant_pad_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_constant_pad_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_constant_pad_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_constant_pad_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_constant_pad_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convert_nc_f16_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convert_nc_f16_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convert_nc_f16_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convert_nc_f32_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convert_nc_f32_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convert_nc_f32_qd8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convert_nc_f32_qp8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convert_nc_f32_qp8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convert_nc_f32_qp8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nchw_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nchw_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nchw_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nchw_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nchw_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nchw_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_convolution2d_nhwc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_convolution2d_nhwc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_convolution2d_nhwc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_copy_nc_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_copy_nc_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_copy_nc_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_copy_nc_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_copy_nc_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_copy_nc_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_dynamic_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_dynamic_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_dynamic_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_dynamic_fully_connected_nc_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_dynamic_fully_connected_nc_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_dynamic_fully_connected_nc_f32(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_pf32(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f16_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f16_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f16_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f16_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f16_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f16_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f16_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qd8_f32_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qp8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qp8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qp8_f32_qb4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qp8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qp8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qp8_f32_qc4w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qs8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qs8_qc8w(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_fully_connected_nc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_fully_connected_nc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_fully_connected_nc_qu8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_max_pooling2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_max_pooling2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_max_pooling2d_nhwc_f16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_max_pooling2d_nhwc_s8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_max_pooling2d_nhwc_s8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_max_pooling2d_nhwc_s8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_max_pooling2d_nhwc_u8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_max_pooling2d_nhwc_u8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_max_pooling2d_nhwc_u8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_pack_lh_x32(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_pack_lh_x32(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_pack_lh_x32(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_slice_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_slice_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_slice_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_slice_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_slice_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_slice_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_transpose_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_transpose_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_transpose_nd_x16(...) DIVISI_UNUSED_OPERATOR
#define xnn_create_transpose_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_reshape_transpose_nd_x8(...) DIVISI_UNUSED_OPERATOR
#define xnn_setup_transpose_nd_x8(...) DIVISI_UNUSED_OPERATOR

#endif
