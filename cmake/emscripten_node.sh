#!/bin/sh
# The Node that emcc starts. To write TypeScript types it runs the module it has linked, and Node 20
# and 21 run relaxed SIMD with a flag only, which later versions need not know.
case "$(node --version)" in
  v20.* | v21.*) exec node --experimental-wasm-relaxed-simd "$@" ;;
  *) exec node "$@" ;;
esac
