/** The heat map: when in the song each tag is heard. It follows the playhead; a click goes there. */

import "./taggram.css";
import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { seek } from "../player/player.js";
import { playhead } from "../player/playhead.js";
import { clock } from "../shared/format.js";
import { panelStrings } from "../shared/panel_strings.js";
import { theme } from "../shared/theme.js";
import { type HeatMap, heardAt, patchAt, strongestStretch } from "./taggram_rows.js";

const rowHeight = 24;

export function Taggram({ map, seconds }: { map: HeatMap; seconds: number }) {
  const text = panelStrings.tags.taggram;
  const patch = useComputed(() => patchAt(map, playhead.value));
  const heard = heardAt(map, patch.value).map(({ chip }) => chip.name);
  const time = clock(patch.value * map.hopSeconds);
  return (
    <section class="taggram" aria-labelledby="taggram-title">
      <h3 id="taggram-title">{text.title}</h3>
      <p class="taggram-now number" data-patch={patch.value}>
        <span class="muted">{text.at(time)}</span>{" "}
        {heard.length > 0 ? heard.slice(0, 4).join(", ") : text.nothing}
      </p>
      <div class="taggram-grid">
        <ul class="taggram-labels" aria-hidden="true">
          {map.rows.map(({ chip, scores, scale }) => (
            <li
              key={chip.name}
              class={(scores[patch.value] ?? 0) >= scale / 2 ? "heard" : undefined}
            >
              {chip.name}
            </li>
          ))}
        </ul>
        <Heat map={map} seconds={seconds} />
      </div>
      <p class="taggram-legend muted">
        <span>{text.least}</span>
        <span class="taggram-scale" aria-hidden="true" />
        <span>{text.most}</span>
      </p>
      <Table map={map} />
    </section>
  );
}

function Heat({ map, seconds }: { map: HeatMap; seconds: number }) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const height = map.rows.length * rowHeight;
  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    const go = ({ clientX, buttons }: PointerEvent) => {
      if (buttons !== 1) return;
      const { left } = element.getBoundingClientRect();
      seek(((clientX - left) / element.clientWidth) * seconds);
    };
    element.addEventListener("pointerdown", go);
    element.addEventListener("pointermove", go);
    return () => {
      observer.disconnect();
      element.removeEventListener("pointerdown", go);
      element.removeEventListener("pointermove", go);
    };
  }, [seconds]);
  useEffect(
    () =>
      effect(() => {
        // Read for its change: the colours are those of the page.
        void theme.value;
        if (canvas.current && width.value > 0) draw(canvas.current, map, seconds, width.value);
      }),
    [map, seconds],
  );
  useEffect(
    () =>
      effect(() => {
        const share = seconds > 0 ? Math.min(1, playhead.value / seconds) : 0;
        line.current?.style.setProperty("translate", `${share * width.value}px 0`);
      }),
    [seconds],
  );
  return (
    <div class="taggram-heat" ref={box} style={{ height: `${height}px` }}>
      <canvas ref={canvas} role="img" aria-label={panelStrings.tags.taggram.picture} />
      <div class="taggram-line" ref={line} />
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, map: HeatMap, seconds: number, width: number): void {
  const height = map.rows.length * rowHeight;
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const styles = getComputedStyle(canvas);
  const colour = styles.getPropertyValue("--heat").trim();
  const ground = styles.getPropertyValue("--surface-2").trim();
  const cell = (map.hopSeconds / seconds) * width;
  const gap = cell > 6 ? 1 : 0;
  map.rows.forEach(({ scores, scale }, row) => {
    for (let patch = 0; patch < map.patches; patch++) {
      const x = patch * cell;
      const bounds = [x, row * rowHeight + 1, cell - gap, rowHeight - 2] as const;
      context.globalAlpha = 1;
      context.fillStyle = ground;
      context.fillRect(...bounds);
      context.globalAlpha = ((scores[patch] ?? 0) / scale) ** 1.3;
      context.fillStyle = colour;
      context.fillRect(...bounds);
    }
  });
}

/** The heat map for those who do not see it. */
function Table({ map }: { map: HeatMap }) {
  const text = panelStrings.tags.taggram;
  return (
    <table class="visually-hidden">
      <caption>{text.title}</caption>
      <thead>
        <tr>
          <th scope="col">{text.tag}</th>
          <th scope="col">{text.score}</th>
          <th scope="col">{text.strongest}</th>
        </tr>
      </thead>
      <tbody>
        {map.rows.map((row) => {
          const stretch = strongestStretch(map, row);
          return (
            <tr key={row.chip.name}>
              <th scope="row">{row.chip.name}</th>
              <td>{panelStrings.tags.percent(row.chip.clarity)}</td>
              <td>{stretch && text.stretch(clock(stretch.start), clock(stretch.end))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
