# The Wasm builds: which one this configuration makes, and how it is linked.
#
# Each configuration makes one variant (CMakePresets.json), because XNNPACK and the core are compiled
# for it too.
if(DIVISI_WASM_RELAXED_SIMD)
  set(DIVISI_VARIANT relaxed-simd)
else()
  set(DIVISI_VARIANT simd)
endif()

set(DIVISI_WASM_COMPILE_OPTIONS
    -Oz # they only pass on
    -fno-exceptions # errors are Status values
    -fno-rtti # Embind can do without type names
    -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)

set(DIVISI_WASM_LINK_OPTIONS
    -O3
    -mbulk-memory # also in the C library's memcpy and memset
    -fno-exceptions
    -fno-rtti
    -lembind
    # Nothing that is not asked for; without it the glue would export every view of the heap.
    -sSTRICT=1
    # An ES module with a factory function: several engines may live side by side.
    -sMODULARIZE=1
    -sEXPORT_ES6=1
    # Our code says where the .wasm lies; the glue must not, or bundlers look for it twice.
    -sUSE_ES6_IMPORT_META=0
    # The glue's only environment-specific part is loading, which wasm_engine.ts does.
    -sENVIRONMENT=web
    -sINCOMING_MODULE_JS_API=wasmMemory,instantiateWasm,onAbort,print,printErr
    # The caller makes the memory, and so decides how large it may become.
    -sIMPORTED_MEMORY=1
    -sALLOW_MEMORY_GROWTH=1
    # js/src/engine/worker/wasm_engine.ts and engine/pool/worker_client.ts say the same number.
    -sINITIAL_MEMORY=4MB
    -sMAXIMUM_MEMORY=4GB
    # Growth by what is needed, in steps of 4 MiB: the default takes 20 % more than was asked for.
    -sMEMORY_GROWTH_LINEAR_STEP=4MB
    # A malloc that fails ends the instance, so that no library can write through a null pointer, which
    # in Wasm is a valid address. The Worker reports out-of-memory and starts a fresh instance.
    -sABORTING_MALLOC=1
    # The JSON reader and XNNPACK's graph optimiser need more than the default 64 KiB.
    -sSTACK_SIZE=512KB
    # Every browser with SIMD has 64-bit integers; without helpers for those that lack them, the
    # scripts of both engines are the same, and smaller.
    -sWASM_BIGINT=1
    # Works under a Content-Security-Policy without 'unsafe-eval'.
    -sDYNAMIC_EXECUTION=0
    # Not used: files, longjmp, atexit handlers.
    -sFILESYSTEM=0
    -sSUPPORT_LONGJMP=0
    -sEXIT_RUNTIME=0
    --no-entry)

# Small modules beside the engine, without JavaScript of Emscripten's: few functions are imported.
set(DIVISI_DECODER_LINK_OPTIONS
    -O3
    -mbulk-memory
    -sSTRICT=1
    -sSTANDALONE_WASM=1
    -sERROR_ON_UNDEFINED_SYMBOLS=0
    -sALLOW_MEMORY_GROWTH=1
    -sMAXIMUM_MEMORY=256MB
    # They say by themselves when there is no memory.
    -sABORTING_MALLOC=0
    -sFILESYSTEM=0
    --no-entry)
