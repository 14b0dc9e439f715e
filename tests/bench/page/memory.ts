/** Remembers every Wasm memory that the page's runtimes make or export. */

const memories = new Set<WebAssembly.Memory>();

/** Must run before any runtime's code does. */
export function watchMemories(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(descriptor);
      memories.add(memory);
      return memory;
    },
  });
  const { instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.instantiate = (async (source: never, imports: never) =>
    noteExports(await instantiate(source, imports))) as typeof WebAssembly.instantiate;
  WebAssembly.instantiateStreaming = async (source, imports) =>
    noteExports(await instantiateStreaming(source, imports));
}

function noteExports<T extends WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>(
  made: T,
): T {
  const instance = "instance" in made ? made.instance : (made as WebAssembly.Instance);
  for (const value of Object.values(instance.exports)) {
    if (value instanceof WebAssembly.Memory) memories.add(value);
  }
  return made;
}

/** Bytes of each; Wasm memory never shrinks, so this is the peak. */
export function memorySizes(): number[] {
  return [...memories].map((memory) => memory.buffer.byteLength);
}
