/**
 * A sound card that nobody hears: a PulseAudio server of our own whose only sink throws away what it
 * is given, in real time. Firefox's AudioContexts do not start without a sound card, unlike
 * Chromium's.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const startSeconds = 20;

export interface SilentSoundCard {
  /** What a program's environment needs, so that it plays there. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** @param folder an empty one, for the server's own files */
export async function openSilentSoundCard(folder: string): Promise<SilentSoundCard> {
  const socket = join(folder, "pulse.socket");
  const args = [
    // Neither the machine's configuration nor its hardware, nor a server that runs already.
    "-n",
    "--daemonize=no",
    "--use-pid-file=no",
    "--exit-idle-time=-1",
    "--load=module-null-sink",
    `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
  ];
  const env = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: folder };
  const child = spawn("pulseaudio", args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  let running = true;
  const gone = new Promise<void>((resolve) => {
    const end = (why: string) => {
      said += why;
      running = false;
      resolve();
    };
    child.once("error", (error) => end(String(error)));
    child.once("exit", (code) => end(`exit code ${code}`));
  });
  const close = async () => {
    child.kill();
    await gone;
  };
  const end = performance.now() + startSeconds * 1000;
  while (running && !existsSync(socket) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (!running || !existsSync(socket)) {
    await close();
    throw new Error(`PulseAudio does not start (set-up: \`npm run setup -- --tests\`):\n${said}`);
  }
  return { environment: { PULSE_SERVER: `unix:${socket}` }, close };
}
