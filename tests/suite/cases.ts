/** Every case of the suite by its name; it runs in Node and in pages, on each variant. */

import { analysisCases } from "./analysis/cases.js";
import { apiCases } from "./api_cases.js";
import { badInputCases } from "./bad_input_cases.js";
import { drumsCases } from "./drums/cases.js";
import type { Case } from "./environment.js";
import { fileCases } from "./file_cases.js";
import { loudnessCases } from "./loudness/cases.js";
import { memoryCases } from "./memory_cases.js";
import { notesCases } from "./notes/cases.js";
import { melodyCases } from "./notes/melody_cases.js";
import { operatorCases } from "./operator_cases.js";
import { parityCases } from "./parity_cases.js";
import { stemCases } from "./stem_cases.js";
import { taggerCases } from "./tagging/cases.js";
import { taggerInputCases } from "./tagging/input_cases.js";
import { taggerParityCases } from "./tagging/parity_cases.js";
import { workerCases } from "./worker_cases.js";

export const cases: Record<string, Case> = {
  ...analysisCases,
  ...apiCases,
  ...badInputCases,
  ...drumsCases,
  ...fileCases,
  ...loudnessCases,
  ...memoryCases,
  ...notesCases,
  ...melodyCases,
  ...operatorCases,
  ...parityCases,
  ...stemCases,
  ...taggerCases,
  ...taggerInputCases,
  ...taggerParityCases,
  ...workerCases,
};
