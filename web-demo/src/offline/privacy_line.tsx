/** How many bytes have left the device. */

import "./privacy_line.css";
import { bytes } from "../shared/format.js";
import { Icon } from "../shared/icons.js";
import { strings } from "../shared/strings.js";
import { sentBytes, worksOffline } from "./offline.js";

export function PrivacyLine() {
  const sent = sentBytes.value;
  const { counted, uncounted, offline } = strings.privacy;
  return (
    <p class="privacy-line" data-sent={sent}>
      <Icon name="lock" size={16} />
      <span class="number">{sent === undefined ? uncounted : counted(bytes(sent))}</span>
      {worksOffline.value && <span class="privacy-offline">{offline}</span>}
    </p>
  );
}
