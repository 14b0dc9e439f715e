/** Starts divisi's Worker, from wherever its script lies. */

const options = { type: "module", name: "divisi" } as const;

/** @param url of the script that an app named; undefined: the one beside this code */
export function startWorker(url: string | undefined): Worker {
  if (url !== undefined) return isForeign(url) ? startForeign(url) : new Worker(url, options);
  try {
    // Bundlers find the script by this very expression: it must stay literal.
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "divisi" });
  } catch {
    // The package itself comes from another origin. (What a bundler made of it names its script.)
    const script = "./worker.js";
    return startForeign(new URL(script, import.meta.url).href);
  }
}

/** Whether this page may not run a Worker of the URL. A sandboxed frame has no origin at all. */
function isForeign(url: string): boolean {
  const { protocol, origin } = new URL(url);
  return (protocol === "http:" || protocol === "https:") && origin !== self.origin;
}

/** What a Worker complains of whose script could not be had. */
export const noScript = "divisi: no script";

/**
 * Browsers run no Workers of other origins, but a script of the page's own may import from there, if the
 * server allows it (CORS). It is no module, as frames without an origin may not run those, so what is
 * posted to it before the import has ended has to wait.
 */
function startForeign(url: string): Worker {
  const text =
    "const early=[];onmessage=(event)=>early.push(event);" +
    `import(${JSON.stringify(url)}).then(` +
    '()=>early.forEach(({data})=>dispatchEvent(new MessageEvent("message",{data}))),' +
    `()=>setTimeout(()=>{throw Error(${JSON.stringify(noScript)})}))`;
  const own = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const worker = new Worker(own, { name: options.name });
  // By then it has been read, or never will be.
  setTimeout(() => URL.revokeObjectURL(own), 60_000);
  return worker;
}
