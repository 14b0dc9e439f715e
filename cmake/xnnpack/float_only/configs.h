/* Kernels that no operator of models/FORMAT.md uses, and which must not be linked either: XNNPACK's
 * operators choose their kernels at run time, so all kinds of numbers would come along with
 * float32, a quarter of the whole Wasm.
 *
 * Included ahead of each file in XNNPACK's src/operators and src/subgraph (cmake/xnnpack.cmake). An
 * operator without a kernel for its kind of numbers reports xnn_status_unsupported_hardware. Names
 * that are gone in a later XNNPACK do no harm here; those that are new only cost size. */
#ifndef DIVISI_XNNPACK_FLOAT_ONLY_CONFIGS_H_
#define DIVISI_XNNPACK_FLOAT_ONLY_CONFIGS_H_

#include <stddef.h>
#include <stdint.h>

/* The declarations come before the macros that hide them. */
#include "xnnpack/config.h"
#include "xnnpack/indirection.h"
#include "xnnpack/pack.h"
#include "xnnpack/reference-config.h"

/* Convolutions of one channel a group are ours (core/src/nn/convolution/direct_convolution.cpp):
 * the operator, which refuses to be without kernels for them, gets empty ones. */
static inline const struct xnn_dwconv_config* divisi_no_dwconv_config(void) {
  static const struct xnn_dwconv_config none[XNN_MAX_F32_DWCONV_UKERNELS];
  return none;
}
#define xnn_init_f32_dwconv_config() divisi_no_dwconv_config()
#define xnn_pack_f32_dwconv_ghw_w NULL
#define xnn_pack_f32_dwconv_hwg_w NULL
#define xnn_indirection_init_dwconv2d(...) ((void)0)

/* Convolutions with few outputs are ours, too (convolution/narrow_*.cpp): no kernels for them. */
#define xnn_init_f32_gemm_nr2_config() xnn_init_f32_gemm_config()

#define xnn_init_unary_reference_config(op, input, output) NULL
#define xnn_init_binary_reference_config(op, datatype) NULL

#define xnn_init_f16_abs_config() NULL
#define xnn_init_f16_avgpool_config() NULL
#define xnn_init_f16_clamp_config() NULL
#define xnn_init_f16_cmul_config() NULL
#define xnn_init_f16_conv_hwc2chw_3x3c3s2_config() NULL
#define xnn_init_f16_dwconv2d_chw_config() NULL
#define xnn_init_f16_dwconv_config() NULL
#define xnn_init_f16_elu_config() NULL
#define xnn_init_f16_f32acc_rdsum_config() NULL
#define xnn_init_f16_f32acc_rsum_config() NULL
#define xnn_init_f16_gemm_config() NULL
#define xnn_init_f16_hswish_config() NULL
#define xnn_init_f16_ibilinear_chw_config() NULL
#define xnn_init_f16_ibilinear_config() NULL
#define xnn_init_f16_lrelu_config() NULL
#define xnn_init_f16_maxpool_config() NULL
#define xnn_init_f16_neg_config() NULL
#define xnn_init_f16_pavgpool_config() NULL
#define xnn_init_f16_raddstoreexpminusmax_config() NULL
#define xnn_init_f16_rmax_config() NULL
#define xnn_init_f16_rminmax_config() NULL
#define xnn_init_f16_rndd_config() NULL
#define xnn_init_f16_rndne_config() NULL
#define xnn_init_f16_rndu_config() NULL
#define xnn_init_f16_rsqrt_config() NULL
#define xnn_init_f16_sigmoid_config() NULL
#define xnn_init_f16_spmm_config() NULL
#define xnn_init_f16_sqr_config() NULL
#define xnn_init_f16_sqrt_config() NULL
#define xnn_init_f16_tanh_config() NULL
#define xnn_init_f16_to_f32_cvt_config() NULL
#define xnn_init_f16_to_qs8_cvt_config() NULL
#define xnn_init_f16_vadd_config() NULL
#define xnn_init_f16_vdiv_config() NULL
#define xnn_init_f16_vmax_config() NULL
#define xnn_init_f16_vmin_config() NULL
#define xnn_init_f16_vmul_config() NULL
#define xnn_init_f16_vmulcaddc_config() NULL
#define xnn_init_f16_vprelu_config() NULL
#define xnn_init_f16_vsqrdiff_config() NULL
#define xnn_init_f16_vsub_config() NULL
#define xnn_init_f32_abs_config() NULL
#define xnn_init_f32_argmaxpool_config() NULL
#define xnn_init_f32_avgpool_config() NULL
#define xnn_init_f32_cmul_config() NULL
#define xnn_init_f32_conv_hwc2chw_3x3c3s2_config() NULL
#define xnn_init_f32_dwconv2d_chw_config() NULL
#define xnn_init_f32_elu_config() NULL
#define xnn_init_f32_exp_config() NULL
#define xnn_init_f32_gelu_config() NULL
#define xnn_init_f32_hswish_config() NULL
#define xnn_init_f32_ibilinear_chw_config() NULL
#define xnn_init_f32_ibilinear_config() NULL
#define xnn_init_f32_log_config() NULL
#define xnn_init_f32_neg_config() NULL
#define xnn_init_f32_pavgpool_config() NULL
#define xnn_init_f32_qc4w_gemm_config() NULL
#define xnn_init_f32_qc8w_gemm_config() NULL
#define xnn_init_f32_raddstoreexpminusmax_config() NULL
#define xnn_init_f32_rmax_config() NULL
#define xnn_init_f32_rminmax_config() NULL
#define xnn_init_f32_rndd_config() NULL
#define xnn_init_f32_rndne_config() NULL
#define xnn_init_f32_rndu_config() NULL
#define xnn_init_f32_rsqrt_config() NULL
#define xnn_init_f32_spmm2_config() NULL
#define xnn_init_f32_spmm4_config() NULL
#define xnn_init_f32_spmm_config() NULL
#define xnn_init_f32_sqr_config() NULL
#define xnn_init_f32_sqrt_config() NULL
#define xnn_init_f32_tanh_config() NULL
#define xnn_init_f32_to_f16_cvt_config() NULL
#define xnn_init_f32_to_qp8_cvt_config() NULL
#define xnn_init_f32_to_qs8_cvt_config() NULL
#define xnn_init_f32_to_qu8_cvt_config() NULL
#define xnn_init_f32_vcopysign_config() NULL
#define xnn_init_f32_vdiv_config() NULL
#define xnn_init_f32_vmax_config() NULL
#define xnn_init_f32_vmin_config() NULL
#define xnn_init_f32_vprelu_config() NULL
#define xnn_init_f32_vsqrdiff_config() NULL
#define xnn_init_f32_vsub_config() NULL
#define xnn_init_pf32_gemm_config() NULL
#define xnn_init_qd8_f16_qb4w_gemm_config() NULL
#define xnn_init_qd8_f16_qc4w_gemm_config() NULL
#define xnn_init_qd8_f16_qc8w_gemm_config() NULL
#define xnn_init_qd8_f32_qb4w_gemm_config() NULL
#define xnn_init_qd8_f32_qc4w_gemm_config() NULL
#define xnn_init_qd8_f32_qc8w_gemm_config() NULL
#define xnn_init_qp8_f32_qb4w_gemm_config() NULL
#define xnn_init_qp8_f32_qc4w_gemm_config() NULL
#define xnn_init_qs8_cvt_config() NULL
#define xnn_init_qs8_lrelu_config() NULL
#define xnn_init_qs8_qc8w_dwconv_config() NULL
#define xnn_init_qs8_qc8w_gemm_config() NULL
#define xnn_init_qs8_rdsum_config() NULL
#define xnn_init_qs8_rsum_config() NULL
#define xnn_init_qs8_to_f16_cvt_config() NULL
#define xnn_init_qs8_to_f32_cvt_config() NULL
#define xnn_init_qs8_vadd_config() NULL
#define xnn_init_qs8_vmul_config() NULL
#define xnn_init_qu8_avgpool_config() NULL
#define xnn_init_qu8_cvt_config() NULL
#define xnn_init_qu8_dwconv_config() NULL
#define xnn_init_qu8_gemm_config() NULL
#define xnn_init_qu8_lrelu_config() NULL
#define xnn_init_qu8_rdsum_config() NULL
#define xnn_init_qu8_rsum_config() NULL
#define xnn_init_qu8_to_f32_cvt_config() NULL
#define xnn_init_qu8_vadd_config() NULL
#define xnn_init_qu8_vmul_config() NULL
#define xnn_init_s32_to_f32_cvt_config() NULL
#define xnn_init_s8_clamp_config() NULL
#define xnn_init_s8_ibilinear_config() NULL
#define xnn_init_s8_maxpool_config() NULL
#define xnn_init_u8_clamp_config() NULL
#define xnn_init_u8_ibilinear_config() NULL
#define xnn_init_u8_lut32norm_config() NULL
#define xnn_init_u8_maxpool_config() NULL
#define xnn_init_u8_rmax_config() NULL
#define xnn_init_x32_pack_lh_config() NULL
#define xnn_init_x32_unpool_config() NULL
#define xnn_init_x32_zip_config() NULL
#define xnn_init_x8_lut_config() NULL
#define xnn_init_x8_zip_config() NULL

#endif
