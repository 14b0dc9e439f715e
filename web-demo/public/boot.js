// Runs before the first paint, in the JavaScript of ten years ago: whether this browser can run the
// rest, and the theme that was chosen. Not bundled, so that no new syntax gets in.
(() => {
  var root = document.documentElement;
  // (module (func (result v128) (i8x16.splat (i32.const 0))))
  var simd = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15,
    11,
  ];

  function giveUp() {
    root.className = "unsupported";
  }

  var theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  try {
    theme = localStorage.getItem("theme") || theme;
  } catch (_error) {
    // No storage, no choice.
  }
  root.setAttribute("data-theme", theme);

  if (
    typeof WebAssembly !== "object" ||
    !WebAssembly.validate(new Uint8Array(simd)) ||
    !("noModule" in HTMLScriptElement.prototype)
  ) {
    giveUp();
  }

  // The app's own script could not be read: syntax that is too new for this browser.
  window.addEventListener("error", (event) => {
    if (!root.hasAttribute("data-started") && event.error instanceof SyntaxError) giveUp();
  });
})();
