// The networks of other separators that tests/layouts makes with random weights. Each has a task
// document and a recipe of its name in models/tasks.

export const layoutNames = ["open-unmix", "open-unmix-vocals", "mdx-net", "scnet", "htdemucs-6s"];
