// The reference of the npm package, from its three entries, with the guides.
export default {
  name: "divisi",
  tsconfig: "../../js/tsconfig.json",
  // `npm run lint` checks types, and has what the build generates for that.
  skipErrorChecking: true,
  entryPoints: [
    "../../js/src/index.ts",
    "../../js/src/files/index.ts",
    "../../js/src/read/index.ts",
  ],
  readme: "../../README.md",
  projectDocuments: [
    "../*.md",
    "../../models/FORMAT.md",
    "../../ARCHITECTURE.md",
    "../../CONTRIBUTING.md",
    "../../CHANGELOG.md",
    "../../THIRD_PARTY.md",
  ],
  out: "../api/js",
  plugin: ["./across.js"],
  githubPages: false,
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  // What a collection gives its personal tags; apps make theirs without.
  intentionallyNotExported: ["PersonalTagsHost"],
  // A getter's description is its setter's, too.
  requiredToBeDocumented: [
    ...["Class", "Constructor", "Enum", "EnumMember", "Function", "Interface", "Method"],
    ...["GetSignature", "Property", "TypeAlias", "Variable"],
  ],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  treatWarningsAsErrors: true,
};
