/** Whether version `found` (the first dotted number in the text) is at least `wanted`. */
export function isAtLeast(found, wanted) {
  const numbers = /\d+(\.\d+)+/
    .exec(found ?? "")?.[0]
    .split(".")
    .map(Number);
  if (!numbers) return false;
  for (const [i, part] of wanted.split(".").map(Number).entries()) {
    const own = numbers[i] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
