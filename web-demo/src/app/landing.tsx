import "./landing.css";
import { Icon, type IconName } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { AddButtons } from "./add_buttons.js";
import { KeptLibrary } from "./kept_library.js";

const factIcons: readonly IconName[] = ["lock", "check", "info"];

export function Landing() {
  const { headline, lead, drop, formats, facts } = strings.landing;
  return (
    <main class="landing" id="song" tabIndex={-1}>
      <div class="pitch">
        <h1>
          {headline[0]}
          <br />
          {headline[1]}
        </h1>
        <p class="lead">{lead}</p>
      </div>
      <section class="drop-zone" aria-label={drop}>
        <Waves />
        <p class="drop-title">{drop}</p>
        <p class="muted">{formats}</p>
        <AddButtons large />
      </section>
      <KeptLibrary />
      <ul class="facts">
        {facts.map(([title, text], index) => (
          <li key={title}>
            <Icon name={factIcons[index] ?? "check"} size={22} />
            <div>
              <h2>{title}</h2>
              <p class="muted">{text}</p>
            </div>
          </li>
        ))}
      </ul>
    </main>
  );
}

const barCount = 56;

/** A wave that comes in as one and goes out as two. */
function Waves() {
  const bars = Array.from({ length: barCount }, (_, index) => {
    const x = 6 + index * 12;
    const swell = 0.35 + 0.65 * Math.abs(Math.sin(index * 0.55) * Math.cos(index * 0.19 + 0.6));
    const apart = Math.max(0, Math.min(1, (index - 18) / 16));
    return { x, swell, apart };
  });
  return (
    <svg class="waves" viewBox="0 0 672 180" aria-hidden="true" focusable="false">
      {bars.map(({ x, swell, apart }, index) => {
        const [gap, half] = [apart * 44, 62 * swell * (1 - 0.35 * apart)];
        const second = 62 * (1.15 - swell) * (1 - 0.35 * apart);
        if (apart === 0)
          return <path key={x} class="bar-mix" d={`M${x} ${90 - half}v${2 * half}`} />;
        return (
          <g key={x} data-index={index}>
            <path class="bar-first" d={`M${x} ${90 - gap - half * 0.7}v${half * 1.4}`} />
            <path class="bar-second" d={`M${x} ${90 + gap - second * 0.6}v${second * 1.2}`} />
          </g>
        );
      })}
    </svg>
  );
}
