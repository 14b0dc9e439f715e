/** The script of the AudioWorklet: the processors of the live classes, in one file. */

import { LiveProcessor } from "./live_processor.js";
import { liveName, playerName, tapName } from "./names.js";
import { PlayerProcessor } from "./player_processor.js";
import { scope } from "./scope.js";
import { TapProcessor } from "./tap_processor.js";

scope.registerProcessor(tapName, TapProcessor);
scope.registerProcessor(liveName, LiveProcessor);
scope.registerProcessor(playerName, PlayerProcessor);
