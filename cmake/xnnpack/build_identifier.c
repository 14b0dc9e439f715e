// XNNPACK generates a hash of its microkernel sources, which guards weight caches kept on disk
// between builds. No such cache is used here, so a fixed identifier takes the place of the
// generator and the Python that it needs.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char kIdentifier[] = "divisi";

size_t xnn_experimental_get_build_identifier_size(void) { return sizeof(kIdentifier); }

const void* xnn_experimental_get_build_identifier_data(void) { return kIdentifier; }

bool xnn_experimental_check_build_identifier(const void* data, const size_t size) {
  return size == sizeof(kIdentifier) && memcmp(data, kIdentifier, size) == 0;
}
