# AddressSanitizer and UBSan for our own code; the former for its tests, too. XNNPACK stays
# uninstrumented: its vector kernels read past the end of rows by design (XNN_EXTRA_BYTES), which is
# not an error there.
add_library(divisi_sanitize INTERFACE)
if(DIVISI_SANITIZE)
  target_compile_options(
    divisi_sanitize
    INTERFACE -fsanitize=address,undefined
              # A finding must fail the test run, not scroll past.
              -fno-sanitize-recover=all
              # Complete stacks in reports.
              -fno-omit-frame-pointer -g1)
  target_link_options(divisi_sanitize INTERFACE -fsanitize=address,undefined)
endif()
