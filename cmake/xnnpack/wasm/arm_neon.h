// Two of XNNPACK's generated Wasm SIMD files include <arm_neon.h> and use nothing of it; this
// header stands first on their include path.
#pragma once
#include <wasm_simd128.h>
