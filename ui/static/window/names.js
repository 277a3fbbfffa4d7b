// The ids of articles in paths: one that is not plain is written in base64, as addresses.py does it. What a source calls
// its articles may hold slashes and dots.

const PLAIN = /^[\w-]{1,64}$/;

export function inPath(id) {
  if (PLAIN.test(id)) return id;
  const binary = String.fromCharCode(...new TextEncoder().encode(id));
  return `~${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

export function fromPath(part) {
  if (!part.startsWith("~")) return part;
  try {
    const binary = atob(part.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
    return new TextDecoder().decode(Uint8Array.from(binary, (sign) => sign.charCodeAt(0)));
  } catch {
    return part;
  }
}
