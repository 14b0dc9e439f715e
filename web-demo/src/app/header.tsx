import "./header.css";
import { PrivacyLine } from "../offline/privacy_line.js";
import { openDialog } from "../session/opened_dialog.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { chooseTheme, theme } from "../shared/theme.js";

export function Header() {
  const other = theme.value === "dark" ? "light" : "dark";
  const { models, storage } = strings.dialogs;
  return (
    <header class="header">
      <a class="brand" href="./" aria-label={strings.app.home}>
        <Mark />
        <span>{strings.app.name}</span>
      </a>
      <PrivacyLine />
      <nav class="row" aria-label={strings.app.about}>
        <button
          type="button"
          class="button quiet"
          aria-label={models.open}
          onClick={() => openDialog("models")}
        >
          <Icon name="info" />
          <span class="wide-only">{models.open}</span>
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label={storage.open}
          onClick={() => openDialog("storage")}
        >
          <Icon name="storage" />
          <span class="wide-only">{storage.open}</span>
        </button>
        <button
          type="button"
          class="button quiet icon"
          aria-label={strings.app.theme[other]}
          title={strings.app.theme[other]}
          onClick={() => chooseTheme(other)}
        >
          <Icon name={other === "light" ? "sun" : "moon"} />
        </button>
      </nav>
    </header>
  );
}

/** The mark: one wave that divides into two. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 34 24" aria-hidden="true" focusable="false">
      <path class="mark-mix" d="M2 10v4M7 6v12" />
      <path class="mark-first" d="M13 3v6.5M19 1.5v8M25 4v5.5M31 7v2.5" />
      <path class="mark-second" d="M13 14.500v6.5M19 14.500v8M25 14.500v5M31 14.500v2" />
    </svg>
  );
}
