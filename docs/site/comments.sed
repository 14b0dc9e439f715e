# Doxygen reads /// comments. The opening comment of a header is the page of its file, and what is
# indented in it ("//   code") a block of code, as Markdown indents one.
1i /// @file
1,/^#pragma once/ {
  s,^//$,///,
  s,^//   ,///     ,
  s,^// ,/// ,
}
